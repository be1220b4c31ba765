/** How the origin misbehaves, or behaves in a way that few expect. */
export const FAULT_KINDS = [
  // Instead of an answer.
  /** Answers with `status` (default 503), and `retryAfter` if given. */
  'status',
  /** Resets the connection instead of answering. */
  'reset-before',
  /** Closes the connection in an orderly way instead of answering. */
  'close-before',
  /** Answers with something that is no HTTP. HTTP/2: resets the stream. */
  'not-http',
  /** Takes the request and never answers. */
  'no-headers',
  /** Sends a byte of the head each `everyMs` and never all of it. HTTP/2: never answers. */
  'slow-headers',
  /** Headers of `bytes` (default 1 MiB) in front of the right body. HTTP/2: resets the stream. */
  'header-flood',
  /** An interim answer (103) in front of the right one. */
  'interim',
  /** One interim answer after the other, each `everyMs`, and never the final one. */
  'interim-endless',

  // A body that ends where it should not.
  /** Resets the connection after half of the body. */
  'reset-midway',
  /** Announces the right length, sends half, closes. */
  'truncate',
  /** Sends half in chunks and closes without the last chunk. */
  'truncate-chunked',
  /** Announces no length, sends half and ends as if that were all: `framing`, `align`. */
  'ends-early',
  /** The right body without a length, in the `framing` (default `close`). No fault. */
  'no-length',
  /** Announces `delta` bytes more (or, negative, fewer) than it sends. */
  'wrong-length',
  /** Sends half of the body and nothing more. */
  'stall',
  /** A byte each `everyMs`. */
  'slow',
  /** A body without length or end. */
  'endless',

  // Another body.
  /** A page with status 200, of `contentType` (`media`: that of the resource). */
  'html',
  /** An error in JSON with status 200, of `contentType` as above. */
  'json',
  /** Status 200 and no bytes. */
  'empty',
  /** The right bytes under `contentType` (default text/html). */
  'mistyped',
  /** What was there before: one byte differs, and so do the validators. Half of it, `truncate`d. */
  'outdated',

  // Byte ranges.
  /** Status 200 and the whole resource to a range request. */
  'range-ignored',
  /** Status 206 with a range that begins `delta` bytes later. */
  'range-wrong',
  /** Status 206 and half of what was asked for, said truly. */
  'range-capped',
  /** Status 206 without Content-Range. */
  'range-bare',
  /** Status 206 in multipart/byteranges. */
  'range-multipart',
  /** Status 206 of a resource that is `delta` bytes larger by now. */
  'range-grown',
  /** Status 416 whatever the range is. */
  'range-refused',
  /** Status 206 of half the resource to who asked for all of it. */
  'range-unasked',
  /** The right range without regard to If-Range, under validators of its own. */
  'range-stale',
  /** The right bytes under an ETag that differs at each answer. */
  'etag-changes',

  // Content-Encoding, asked for or not.
  /** The right bytes in gzip. */
  'gzip',
  /** Bytes in the middle are wrong. */
  'gzip-broken',
  /** The compressed data ends early, the message does not. */
  'gzip-cut',
  /** Says gzip and sends the right bytes as they are. */
  'gzip-lie',
  /** The right bytes, then line ends up to `bytes` (default 512 MiB); a thousandth of that on the wire. */
  'gzip-bomb',
  /** Says an encoding that nobody knows. */
  'encoding-unknown',

  /** Sends on with `status` (default 302) to the address that `to` says. */
  'redirect',

  // A playlist that is not what it was, or leads elsewhere.
  /** Starts `delta` (default 1) fragments later each time that it strikes, as a live window does. */
  'playlist-moves',
  /** Lists its variants or fragments in the opposite order. */
  'playlist-reorder',
  /** The fragments last twice as long. */
  'playlist-durations',
  /** Without the fragment at `at`. */
  'playlist-drops',
  /** The last fragment once more at `at`. */
  'playlist-inserts',
  /** The URI `of` a fragment, key, map, variant or rendition is the address that `to` says; all of them without `at`. */
  'uri',
  /** All renditions are named `text`, and so is their language. */
  'rendition-name',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Where a redirect or a URI of a playlist leads; anything with a colon is an address as it is. */
export const PLACES = [
  /** The same origin. */
  'relative',
  /** The same server under another port. */
  'cross-origin',
  /** To itself for ever. Only of a redirect. */
  'loop',
  /** No Location; an empty URI. */
  'nowhere',
  /** The same server over http. */
  'downgrade',
  'file',
  'data',
  'ftp',
  /** The same path and port under that kind of address. */
  'loopback',
  'private',
  'link-local',
] as const;

export type Place = (typeof PLACES)[number];

/** The lab's two origins: the one of its URLs, and the one that redirects and redundant variants lead to. */
export const SIDES = ['first', 'other'] as const;

export type Side = (typeof SIDES)[number];
