/** When the parts of an answer are sent, counted from its request. Milliseconds. */
export interface Timing {
  firstByteMs: number;
  /** From the first byte to the last. */
  bodyMs: number;
}

/** Something that the origin serves. */
export interface Resource {
  contentType: string;
  bytes: number;
  /** The bytes from `start` up to but without `end`, in pieces that must not be written to. */
  read(start: number, end: number): Promise<readonly Buffer[]>;
  /** Of that part; absent: as fast as can be. */
  timing?(start: number, end: number): Timing;
}

/** What an origin serves, by path. */
export type Resources = ReadonlyMap<string, Resource>;

/** The path of the playlist. */
export const PLAYLIST_PATH = '/playlist.m3u8';
export const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';

/** A resource that is held already. */
export function held(contentType: string, body: Buffer): Resource {
  return { contentType, bytes: body.length, read: (start, end) => Promise.resolve([body.subarray(start, end)]) };
}
