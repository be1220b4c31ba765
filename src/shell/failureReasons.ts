import type { ErrorCode, TransferCause } from '../engine/errors.ts';
import type { Translate } from './profilePage.ts';

/** Errors that are not of a transfer. */
type OtherCode = Exclude<ErrorCode, `HLS_${string}_${TransferCause}`>;

/**
 * What a code of the engine means, as a sentence in the person's language. The engine's own words say more, with figures and places, but
 * in English alone.
 *
 * @returns nothing for a code of a newer version
 */
export function failureReason(code: string, t: Translate): string | undefined {
  const cause = /^HLS_(?:PLAYLIST|INIT|KEY|FRAGMENT)_(\w+)$/.exec(code)?.[1];
  const reasons = new Map([...Object.entries(otherReasons(t)), ...Object.entries(transferReasons(t))]);
  return reasons.get(code) ?? (cause === undefined ? undefined : reasons.get(cause));
}

function transferReasons(t: Translate): Record<TransferCause, string> {
  return {
    UNREACHABLE: t('The host is not known or cannot be reached.'),
    TLS: t('The connection cannot be trusted.'),
    RESET: t('The origin ended the connection without an answer.'),
    TIMEOUT: t('The origin did not answer in time.'),
    STALLED: t('The answer stopped or was too slow.'),
    TRUNCATED: t('Less came than was announced.'),
    TOO_LARGE: t('More came than can be right.'),
    STATUS: t('The origin answered with an error.'),
    REDIRECT: t('The origin redirects too often.'),
    POLICY: t('An address leads where it may not lead.'),
    RANGE: t('The answer does not fit the byte range.'),
    CONTENT: t('What came cannot be what was asked for.'),
    DECRYPT: t('The bytes cannot be decrypted with this key.'),
  };
}

function otherReasons(t: Translate): Record<OtherCode, string> {
  return {
    HLS_OPTION: t('A choice for the download cannot be used.'),
    HLS_URL: t('The URL cannot be used.'),
    HLS_PLAYLIST_NOT_HLS: t('The answer is no HLS playlist.'),
    HLS_PLAYLIST_SYNTAX: t('The playlist is broken.'),
    HLS_PLAYLIST_EMPTY: t('The playlist has no fragments.'),
    HLS_PLAYLIST_VARIANT: t('The stream has no such variant, audio or subtitles.'),
    HLS_PLAYLIST_CHANGED: t('The playlist lists other fragments under the same numbers.'),
    HLS_PLAYLIST_DRM: t('The stream is protected and is not downloaded.'),
    HLS_PLAYLIST_ENCRYPTION: t('The stream is encrypted in a way that cannot be decrypted.'),
    HLS_PLAYLIST_SUBTITLES: t('The subtitles cannot be joined.'),
    HLS_MUX: t('The container cannot be written; what was downloaded is kept.'),
    HLS_DISK_FULL: t('There is not enough space on the disk.'),
    HLS_DISK_DENIED: t('The folder may not be written to.'),
    HLS_DISK_NO_FOLDER: t('The folder does not exist.'),
    HLS_DISK_NAME: t('The name is too long for the disk.'),
    HLS_DISK_REMOVED: t('The unfinished file was removed or cut short by somebody else.'),
    HLS_DISK_BUSY: t('Another download is writing the file.'),
    HLS_DISK_IO: t('The file cannot be written.'),
    HLS_INTERNAL: t('This is a defect of Hotframe.'),
  };
}
