import type { ErrorCode, Resource, TransferCause } from '../../src/engine/errors.ts';
import type { Troubles } from './trouble.ts';

/** Codes that are no failed transfers. */
export type DownloadCode = Exclude<ErrorCode, `HLS_${Uppercase<Resource>}_${TransferCause}`>;

export const downloadTroubles: Troubles<DownloadCode> = {
  HLS_OPTION: {
    says: ['The output is missing: -o <file>.', '“…” is no variant: it is best, worst, a height or a bandwidth.'],
    why: 'An option, a setting or a header is not what it has to be; the sentence names it. Nothing was fetched.',
    help: '`hotframe <command> --help` and [reference.md](reference.md) list what each takes.',
  },
  HLS_URL: {
    says: ['This is not a URL.', 'URLs that start with … cannot be downloaded, only http and https.'],
    why: 'What was given is no http or https address.',
    help: 'Give the whole address of a playlist: `https://…/index.m3u8`, in quotes where a shell would cut it at `&`. A local file is read by `hotframe inspect`, and its fragments need a server.',
  },
  HLS_PLAYLIST_NOT_HLS: {
    says: ['This is no HLS playlist but ….'],
    why: 'The address answers with something else: the page that plays the stream, JSON, another format, nothing.',
    help: 'Find the address of the `.m3u8` itself (the network panel of the browser’s tools shows it), and check that it has not expired.',
  },
  HLS_PLAYLIST_SYNTAX: {
    says: [
      'Line … of the playlist: …',
      'A fragment has no address: no URI follows #EXTINF in line ….',
      '… is a multivariant playlist again.',
      'The playlist is a delta update (#EXT-X-SKIP), which lacks its beginning.',
      'The playlist leaves out fragments that are not known.',
      'The steering manifest cannot be used: ….',
    ],
    why: 'The playlist breaks a rule that it cannot be read without. Whatever can be read in spite of a mistake is read.',
    help: '`hotframe inspect <url>` lists everything that is wrong, with lines; so does the editor. Take another variant, and tell the publisher.',
  },
  HLS_PLAYLIST_EMPTY: {
    says: [
      'The playlist has no ….',
      'All fragments of the playlist are gaps.',
      'Nothing was recorded: the live stream brought no fragment.',
    ],
    why: 'The broadcast has not begun, the stream was removed, or this variant of it failed.',
    help: 'Try later, another variant, or check the URL.',
  },
  HLS_PLAYLIST_VARIANT: {
    says: [
      'The playlist has no variant …. It has: ….',
      'The variant has no audio “…”; it has ….',
      'The variant has no subtitles “…”; it has ….',
    ],
    why: 'What was asked for by height, bandwidth, language or name is not in the playlist.',
    help: 'Choose one of those that the sentence lists, or `best`, `worst`, `default`, `all`.',
  },
  HLS_PLAYLIST_CHANGED: {
    says: [
      '…, and the playlist lists another fragment as number … now',
      'The playlist does not list the stream any more.',
    ],
    why: 'When the addresses expired and the playlist was read again, it was another stream.',
    help: 'Start it again. What is kept is compared with what comes, and used if it is the same after all.',
  },
  HLS_PLAYLIST_DRM: {
    says: ['The stream is protected by ….'],
    why: 'Its keys are in a DRM system (Widevine, FairPlay, PlayReady, …). Such streams are never downloaded.',
    help: 'Watch it in a player that has a licence for it.',
  },
  HLS_PLAYLIST_ENCRYPTION: {
    says: ['The stream is encrypted with …, which is not supported.'],
    why: 'The method is neither AES-128 nor SAMPLE-AES.',
    help: 'Look for another variant or source of the stream.',
  },
  HLS_PLAYLIST_SUBTITLES: {
    says: ['The … cannot be joined: ….'],
    why: 'The subtitles are no WebVTT, or do not say where on the stream’s time they belong.',
    help: 'Download without them (`--subtitles none`, or another language).',
  },
  HLS_MUX: {
    says: [
      '… What was downloaded is kept.',
      'The codec … cannot be put into a .… file.',
      'The timestamps jump … s into the stream, where no discontinuity is declared.',
      'The … changes in the middle of the stream: ….',
      'There is no ffmpeg on PATH.',
    ],
    why: 'All fragments are there, and the container that the file’s name asks for (`.mp4`, `.mkv`, `.ts`) cannot hold or explain them.',
    help: 'Give another name: `.ts` keeps one stream as it came, `.mkv` takes most codecs. Or another muxer: `--mux ffmpeg` with ffmpeg installed, `--mux none` for a file of each stream (`hotframe.mux`). What was fetched is not fetched again.',
  },
  HLS_DISK_FULL: {
    says: ['There is not enough space to write …: ….', 'There is no space left to write ….'],
    why: 'The disk or a quota is full; where bitrate and duration are known, this is told before anything is fetched.',
    help: 'Free space, choose another folder, or take a smaller variant. Then resume.',
  },
  HLS_DISK_DENIED: {
    says: ['The folder … cannot be written.', '… may not be read.'],
    why: 'The permissions of the folder or file do not let you, or it is read-only.',
    help: 'Change the permissions or choose another folder.',
  },
  HLS_DISK_NO_FOLDER: {
    says: ['The folder … does not exist.'],
    why: 'Folders are not made up: a typo should not become one.',
    help: 'Create it or choose another one.',
  },
  HLS_DISK_NAME: {
    says: ['The name …… is too long for the disk.'],
    why: 'File systems have a longest name, often 255 bytes; the unfinished file beside it has a few more.',
    help: 'Choose a shorter one.',
  },
  HLS_DISK_REMOVED: {
    says: ['The unfinished file of … was … by somebody else.'],
    why: 'The file `.hotframe-….part` beside the target was removed, replaced or cut while it was being written.',
    help: 'Start again, and leave the files named `.hotframe-…` alone until the download is over.',
  },
  HLS_DISK_BUSY: {
    says: [
      '… is being written by another download (process …).',
      'Another download has taken over the unfinished file of ….',
    ],
    why: 'Two downloads may not write one file.',
    help: 'Wait for the other one, end it, or choose another name.',
  },
  HLS_DISK_IO: {
    says: [
      '… cannot be written (…).',
      '… is a folder.',
      '… is a device or a pipe.',
      'The output cannot be written (…).',
    ],
    why: 'The disk failed in another way, the target is no file, or standard output went away with the disk behind it.',
    help: 'Check the disk, the name and where standard output goes.',
  },
  HLS_INTERNAL: {
    says: ['An unexpected error: …', 'Something unexpected happened: …'],
    why: 'A defect of Hotframe.',
    help: 'Please report it with the log (_Hotframe: Show Log_); it holds no query values and no headers. Resume may still work.',
  },
};
