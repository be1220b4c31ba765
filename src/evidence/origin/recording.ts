import { randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { ByteRange } from '../../engine/playlist/model.ts';
import type { RateLimit } from '../recordedRate.ts';
import { encrypt, encryptedBytes, sequenceIv } from './encryption.ts';
import { held, PLAYLIST_PATH, PLAYLIST_TYPE, type Resource, type Resources, type Timing } from './resource.ts';

/** A finished download, as far as serving it again needs it. */
export interface Recording {
  kind: 'recording';
  /** What the download's fragments came by. */
  http: '1.1' | '2';
  /** Absolute path of the file: the fragments one behind the other, decrypted, with their init segments. */
  file: string;
  /** All connections together get no more: a download with more of them has no faster network. */
  rateLimits: readonly RateLimit[];
  /** From the start of the download to its first fragment's request: what the playlists took. */
  playlistMs: number;
  /** In the order of the playlist; none is missing in the file. */
  fragments: readonly RecordedFragment[];
}

/** One fragment and how it came. */
export interface RecordedFragment extends Timing {
  /** Fragments with the same number were ranges of the same resource. */
  resource: number;
  byteRange?: ByteRange;
  durationS: number;
  sequence: number;
  /** Something before it is missing, or the playlist says that its times begin anew. */
  discontinuity: boolean;
  isEncrypted: boolean;
  contentType: string;
  /** Where it is in the file, and the init segment right before it. */
  offset: number;
  bytes: number;
  initBytes: number;
}

/** A part of a resource: a fragment, as it went over the network. */
interface Piece {
  fragment: RecordedFragment;
  start: number;
  end: number;
}

const FALLBACK_TYPE = 'video/mp2t';

/** The playlist of a recording and what it names. Rejects where its file cannot be opened. */
export async function recordedStream(recording: Recording): Promise<Resources> {
  const file = await open(recording.file);
  const key = randomBytes(16);
  const resources = new Map<string, Resource>([['/key', held('application/octet-stream', key)]]);
  const playlist = held(PLAYLIST_TYPE, Buffer.from(playlistOf(recording.fragments)));
  resources.set(PLAYLIST_PATH, { ...playlist, timing: () => ({ firstByteMs: recording.playlistMs, bodyMs: 0 }) });
  for (const [index, fragment] of recording.fragments.entries()) {
    if (fragment.initBytes > 0) resources.set(`/${initName(index)}`, initOf(file, fragment));
  }
  for (const [resource, pieces] of piecesByResource(recording.fragments)) {
    resources.set(`/${mediaName(resource)}`, mediaOf(file, pieces, key));
  }
  return resources;
}

/** Of media alone: names are ours, so that none of the origin's is told. */
export function playlistOf(fragments: readonly RecordedFragment[]): string {
  const longestS = Math.max(1, ...fragments.map(({ durationS }) => Math.round(durationS)));
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${longestS}`, '#EXT-X-PLAYLIST-TYPE:VOD'];
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${fragments[0]?.sequence ?? 0}`);
  let isEncrypted = false;
  for (const [index, fragment] of fragments.entries()) {
    const { durationS, byteRange, resource } = fragment;
    if (fragment.discontinuity && index > 0) lines.push('#EXT-X-DISCONTINUITY');
    const hasInit = fragment.initBytes > 0;
    if (isEncrypted && (hasInit || !fragment.isEncrypted)) lines.push('#EXT-X-KEY:METHOD=NONE');
    if (hasInit) lines.push(`#EXT-X-MAP:URI="${initName(index)}"`);
    if (fragment.isEncrypted && (hasInit || !isEncrypted)) lines.push('#EXT-X-KEY:METHOD=AES-128,URI="key"');
    isEncrypted = fragment.isEncrypted;
    lines.push(`#EXTINF:${durationS},`);
    if (byteRange !== undefined) lines.push(`#EXT-X-BYTERANGE:${byteRange.length}@${byteRange.offset}`);
    lines.push(mediaName(resource));
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
}

function initName(index: number): string {
  return `init-${index}`;
}

function mediaName(resource: number): string {
  return `media-${resource}`;
}

function piecesByResource(fragments: readonly RecordedFragment[]): Map<number, Piece[]> {
  const byResource = new Map<number, Piece[]>();
  const firstSequence = fragments[0]?.sequence ?? 0;
  for (const [index, given] of fragments.entries()) {
    // Numbers count on in the replay's playlist, wherever fragments are missing.
    const fragment = { ...given, sequence: firstSequence + index };
    const start = fragment.byteRange?.offset ?? 0;
    const length = fragment.isEncrypted ? encryptedBytes(fragment.bytes) : fragment.bytes;
    const pieces = byResource.get(fragment.resource) ?? [];
    pieces.push({ fragment, start, end: start + length });
    byResource.set(fragment.resource, pieces);
  }
  return byResource;
}

function initOf(file: FileHandle, { offset, initBytes, contentType }: RecordedFragment): Resource {
  return {
    contentType,
    bytes: initBytes,
    read: async (start, end) => [await readFully(file, offset - initBytes + start, end - start)],
  };
}

function mediaOf(file: FileHandle, unsorted: readonly Piece[], key: Buffer): Resource {
  const pieces = unsorted.toSorted((a, b) => a.start - b.start);
  const within = (start: number, end: number) => pieces.filter((piece) => piece.start < end && piece.end > start);
  return {
    contentType: pieces[0]?.fragment.contentType ?? FALLBACK_TYPE,
    bytes: pieces.at(-1)?.end ?? 0,
    async read(start, end) {
      const parts: Buffer[] = [];
      let at = start;
      for (const piece of within(start, end)) {
        // Between ranges there is what nobody has asked for.
        if (piece.start > at) parts.push(Buffer.alloc(piece.start - at));
        const body = await bodyOf(file, piece.fragment, key);
        const part = body.subarray(Math.max(at, piece.start) - piece.start, Math.min(end, piece.end) - piece.start);
        parts.push(part);
        at = Math.max(at, piece.start) + part.length;
      }
      if (at < end) parts.push(Buffer.alloc(end - at));
      return parts;
    },
    timing(start, end) {
      const touched = within(start, end);
      const bodyMs = touched.reduce((sum, piece) => {
        const share = (Math.min(end, piece.end) - Math.max(start, piece.start)) / Math.max(1, piece.end - piece.start);
        return sum + share * piece.fragment.bodyMs;
      }, 0);
      return { firstByteMs: touched[0]?.fragment.firstByteMs ?? 0, bodyMs };
    },
  };
}

async function bodyOf(file: FileHandle, fragment: RecordedFragment, key: Buffer): Promise<Buffer> {
  const clear = await readFully(file, fragment.offset, fragment.bytes);
  return fragment.isEncrypted ? Buffer.concat(encrypt([clear], key, sequenceIv(fragment.sequence))) : clear;
}

async function readFully(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`the job's file ends at byte ${position + filled}`);
    filled += bytesRead;
  }
  return buffer;
}
