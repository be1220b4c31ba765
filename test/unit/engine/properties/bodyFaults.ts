import fc from 'fast-check';
import { boundaryBefore, FORMATS, structureOffsets, type BodyStream, type Format } from './bodyStreams.ts';

/** A change to the bytes of a body; places are shares of its length. */
type Edit =
  | { op: 'cut'; at: number; isAtBoundary: boolean }
  | { op: 'extend'; bytes: Uint8Array }
  | { op: 'insert'; at: number; bytes: Uint8Array }
  | { op: 'remove'; at: number; length: number }
  | { op: 'break structure'; at: number; value: number };

/** How HTTP says where the body ends. */
export const FRAMINGS = [
  /** Content-Length of what is sent. */
  'length',
  /** Content-Length of the good body, whatever is sent. */
  'good length',
  /** Content-Length that is too small. */
  'short length',
  /** Content-Length that is too large; the connection ends. */
  'long length',
  'chunked',
  /** Without the last chunk; the connection ends. */
  'cut chunks',
  /** The body ends with the connection. */
  'until close',
] as const;
export type Framing = (typeof FRAMINGS)[number];

/** What an origin does to one resource. */
export type Misdeed =
  | { kind: 'body'; edits: Edit[]; framing: Framing }
  | { kind: 'page'; page: 'html' | 'json' | 'nothing' | 'noise'; framing: Framing }
  | {
      kind: 'end';
      how: 'reset' | 'close' | 'stall';
      at: number;
      isAtBoundary: boolean;
      framing: 'length' | 'chunked' | 'until close';
    }
  | { kind: 'reset before' }
  | { kind: 'status'; status: number; retryAfter: boolean }
  | { kind: 'redirect'; status: number; to: 'moved' | 'other host' | 'itself' | 'nowhere' | 'file' };

/** One case: a stream, what happens to which of its resources how often, and how it is downloaded. */
export interface BodyCase {
  format: Format;
  count: number;
  /** A share of the resources. */
  target: number;
  isOnce: boolean;
  misdeed: Misdeed;
  hasRanges: boolean;
  write: 'streaming' | 'buffered';
  concurrency: number;
  resume: boolean;
  allowGaps: boolean;
}

const share = fc.noBias(fc.nat(100_000)).map((number) => number / 100_000);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ op: fc.constant('cut' as const), at: share, isAtBoundary: fc.boolean() }),
  fc.record({ op: fc.constant('extend' as const), bytes }),
  fc.record({ op: fc.constant('insert' as const), at: share, bytes }),
  fc.record({ op: fc.constant('remove' as const), at: share, length: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ op: fc.constant('break structure' as const), at: share, value: fc.nat(255) }),
);

const framing = fc.constantFrom(...FRAMINGS);

const misdeed: fc.Arbitrary<Misdeed> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('body' as const),
      edits: fc.array(edit, { minLength: 1, maxLength: 2 }),
      framing,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('page' as const),
      page: fc.constantFrom('html', 'json', 'nothing', 'noise'),
      framing,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      how: fc.constantFrom(
        ...Array<'reset' | 'close'>(5).fill('reset'),
        ...Array<'reset' | 'close'>(5).fill('close'),
        'stall',
      ),
      at: share,
      isAtBoundary: fc.boolean(),
      framing: fc.constantFrom('length', 'chunked', 'until close'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reset before' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      status: fc.constantFrom(204, 206, 304, 400, 401, 403, 404, 408, 410, 416, 429, 500, 502, 503, 504),
      retryAfter: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('redirect' as const),
      status: fc.constantFrom(301, 302, 303, 307, 308),
      to: fc.constantFrom('moved', 'other host', 'itself', 'nowhere', 'file'),
    }),
  },
);

/** Cases of every kind. */
export const bodyCases: fc.Arbitrary<BodyCase> = fc.record({
  format: fc.constantFrom(...FORMATS),
  count: fc.integer({ min: 2, max: 4 }),
  target: share,
  isOnce: fc.boolean(),
  misdeed,
  hasRanges: fc.boolean(),
  write: fc.constantFrom('streaming', 'buffered'),
  concurrency: fc.integer({ min: 1, max: 4 }),
  resume: fc.boolean(),
  allowGaps: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** The resource that the case is about. Fragments come up as often as all others together. */
export function targetOf({ target, count }: BodyCase, { resources }: BodyStream): string {
  const others = [...resources.keys()].filter((name) => !/^f\d/.test(name));
  const names = target < 0.7 ? Array.from({ length: count }, (_, index) => `f${index}`) : others;
  const place = target < 0.7 ? target / 0.7 : (target - 0.7) / 0.3;
  return names[Math.min(names.length - 1, Math.floor(place * names.length))]!;
}

/** What is sent instead of `good`, and how. */
export interface Sent {
  body: Buffer;
  framing: Framing;
  /** Ends the connection after so many bytes. */
  end?: { how: 'reset' | 'close' | 'stall'; afterBytes: number };
}

/** What the misdeed sends; undefined where it sends no body of its own. */
export function sentBy(misdeed: Misdeed, stream: BodyStream, name: string): Sent | undefined {
  const good = stream.resources.get(name)!;
  switch (misdeed.kind) {
    case 'body': {
      const offsets = structureOffsets(stream, name);
      const cut = (at: number, isAtBoundary: boolean) => placeOf(at * good.length, isAtBoundary, stream, name);
      const body = misdeed.edits.reduce((bytes, edit) => apply(bytes, edit, offsets, cut), good);
      return { body, framing: misdeed.framing };
    }
    case 'page':
      return { body: Buffer.from(PAGES[misdeed.page]), framing: misdeed.framing };
    case 'end': {
      const { how, at, isAtBoundary, framing } = misdeed;
      const afterBytes = placeOf(at * good.length, isAtBoundary, stream, name);
      return { body: good, framing, end: { how, afterBytes } };
    }
    default:
      return undefined;
  }
}

const PAGES = {
  html: '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n',
  json: '{"error":{"code":"token_expired","message":"The token has expired."}}\n',
  nothing: '',
  noise: 'The quick brown fox jumps over the lazy dog. '.repeat(20),
};

/** The place in the resource, or the one before it where nothing of its structure is cut. */
function placeOf(at: number, isAtBoundary: boolean, stream: BodyStream, name: string): number {
  return isAtBoundary ? boundaryBefore(stream, name, Math.floor(at)) : Math.floor(at);
}

function apply(
  bytes: Buffer,
  edit: Edit,
  offsets: readonly number[],
  cut: (at: number, isAtBoundary: boolean) => number,
): Buffer {
  switch (edit.op) {
    case 'cut':
      return bytes.subarray(0, cut(edit.at, edit.isAtBoundary));
    case 'extend':
      return Buffer.concat([bytes, edit.bytes]);
    case 'insert': {
      const at = Math.floor(edit.at * bytes.length);
      return Buffer.concat([bytes.subarray(0, at), edit.bytes, bytes.subarray(at)]);
    }
    case 'remove': {
      const at = Math.floor(edit.at * bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + edit.length)]);
    }
    case 'break structure': {
      const changed = Buffer.from(bytes);
      changed[offsets[Math.floor(edit.at * (offsets.length - 1))]!] = edit.value;
      return changed;
    }
  }
}

const FEWER_BYTES = 100;

/** The Content-Length that goes with it, if any. */
export function announcedLength({ body, framing }: Sent, good: Buffer): number | undefined {
  switch (framing) {
    case 'length':
      return body.length;
    case 'good length':
      return good.length;
    case 'short length':
      return Math.max(0, body.length - FEWER_BYTES);
    case 'long length':
      return body.length + FEWER_BYTES;
    case 'chunked':
    case 'cut chunks':
    case 'until close':
      return undefined;
  }
}

/** What arrives as a body that HTTP calls whole; undefined where HTTP itself shows that it is not. */
export function arrivesAs(sent: Sent, good: Buffer): Buffer | undefined {
  const { body, framing, end } = sent;
  if (framing === 'cut chunks') return undefined;
  const length = announcedLength(sent, good);
  const bytes = end ? body.subarray(0, end.afterBytes) : body;
  if (length !== undefined) return bytes.length < length ? undefined : bytes.subarray(0, length);
  // A reset at the end of a body that only the connection delimits is no different to undici: some systems send one.
  if (end && (framing === 'chunked' || end.how === 'stall')) return undefined;
  return bytes;
}
