import type { ResourceKind } from '../streams/stream.ts';

/** How the origin misbehaves. */
export const FAULT_KINDS = [
  /** Answers with `status`, and `retryAfter` if given. */
  'status',
  /** Resets the connection instead of answering. */
  'reset-before',
  /** Resets the connection after half of the body. */
  'reset-midway',
  /** Announces the right length, sends half, closes. */
  'truncate',
  /** Sends half in chunks and closes without the last chunk. */
  'truncate-chunked',
  /** Announces `delta` bytes more (or, negative, fewer) than it sends. */
  'wrong-length',
  /** Takes the request and never answers. */
  'no-headers',
  /** Sends half of the body and nothing more. */
  'stall',
  /** A byte each second. */
  'slow',
  /** A body without length or end. */
  'endless',
  /** A page with status 200, of `contentType` (`media`: that of the resource). */
  'html',
  /** An error in JSON with status 200, of `contentType` as above. */
  'json',
  /** Status 200 and no bytes. */
  'empty',
  /** Status 200 and the whole resource to a range request. */
  'range-ignored',
  /** Status 206 with a range that begins `delta` bytes later. */
  'range-wrong',
  /** Sends on with `status`: `to` the same place relatively, across origins, or to itself for ever. */
  'redirect',
  /** The right bytes under an ETag that differs at each answer. */
  'etag-changes',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A misbehaviour and where it strikes; every condition given must hold. */
export interface Fault {
  kind: FaultKind;
  stream?: string;
  /** Only requests whose query has this `session`. */
  session?: string;
  /** The path in the stream, its beginning up to a slash may be left out: `f000003.ts`, `en/index.m3u8`. */
  path?: string;
  resource?: ResourceKind;
  /** The index of the fragment in its playlist. */
  index?: number;
  /** Strikes that often at each URL (at each fragment, where one file holds many); for ever where absent. */
  times?: number;
  /** For `status` (default 503) and `redirect` (default 302). */
  status?: number;
  /** The value of Retry-After: seconds, an HTTP date, or `date+<seconds>` for a date that long from now. */
  retryAfter?: string;
  contentType?: string;
  /** Bytes, for `wrong-length` (default 1000) and `range-wrong` (default 1). */
  delta?: number;
  /** For `redirect`; default `relative`. */
  to?: 'relative' | 'cross-origin' | 'loop';
  /** How many bytes of the body come before the end of `reset-midway`, `truncate…`, `stall`; default half. */
  afterBytes?: number;
}

/** What is asked for, as faults see it. */
export interface Target {
  stream: string;
  path: string;
  session?: string;
  resource: ResourceKind;
  index?: number;
}

/** Whether the fault's conditions hold. */
export function strikes(fault: Fault, target: Target): boolean {
  return (
    (fault.stream === undefined || fault.stream === target.stream) &&
    (fault.session === undefined || fault.session === target.session) &&
    (fault.path === undefined || `/${target.path}`.endsWith(`/${fault.path}`)) &&
    (fault.resource === undefined || fault.resource === target.resource) &&
    (fault.index === undefined || fault.index === target.index)
  );
}

const NUMBERS = new Set(['status', 'delta', 'afterBytes']);
const TEXTS = new Set(['retryAfter', 'contentType', 'to']);
const RESOURCES: readonly string[] = ['playlist', 'fragment', 'map', 'key'] satisfies ResourceKind[];

/**
 * Reads a fault from a query: `kind@target*times;name=value…`, where the target is the index of a fragment, a kind of
 * resource or a path: `status@3*2;status=429;retryAfter=1`. Throws a RangeError that says what is wrong.
 */
export function parseFault(text: string): Fault {
  const [rule = '', ...settings] = text.split(';');
  const found = /^(?<kind>[a-z-]+)@(?<target>[^*]+?)(?:\*(?<times>\d+))?$/.exec(rule)?.groups;
  const kind = FAULT_KINDS.find((known) => known === found?.['kind']);
  if (found === undefined || kind === undefined) throw new RangeError(`"${text}" is no fault.`);
  const values: Record<string, string | number> = {};
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const [name, value] = [setting.slice(0, at), setting.slice(at + 1)];
    if (NUMBERS.has(name) && /^-?\d+$/.test(value)) values[name] = Number(value);
    else if (TEXTS.has(name)) values[name] = value;
    else throw new RangeError(`"${setting}" is no setting of a fault.`);
  }
  const times = found['times'] === undefined ? {} : { times: Number(found['times']) };
  return { kind, ...parseTarget(found['target'] ?? ''), ...times, ...values };
}

function parseTarget(target: string): Pick<Fault, 'index' | 'resource' | 'path'> {
  if (/^\d+$/.test(target)) return { index: Number(target) };
  const resource = RESOURCES.find((known): known is ResourceKind => known === target);
  return resource === undefined ? { path: target } : { resource };
}

/** Writes a fault so that `parseFault` reads it. */
export function formatFault(fault: Fault): string {
  const target = fault.index ?? fault.path ?? fault.resource;
  if (target === undefined) throw new RangeError('A fault in a URL needs an index, a path or a resource.');
  const times = fault.times === undefined ? '' : `*${fault.times}`;
  const settings = (['status', 'retryAfter', 'contentType', 'delta', 'to', 'afterBytes'] as const)
    .filter((name) => fault[name] !== undefined)
    .map((name) => `;${name}=${String(fault[name])}`);
  return `${fault.kind}@${target}${times}${settings.join('')}`;
}

/** The faults in force, and how often each has struck where. */
export class FaultBook {
  readonly #faults: Fault[] = [];
  readonly #struck = new Map<string, number>();

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults.length = 0;
    this.#struck.clear();
  }

  /** The first fault that strikes, those of the URL before those of the book; counts it. */
  strike(target: Target, ofUrl: readonly Fault[]): Fault | undefined {
    const candidates = [...ofUrl.map((fault) => [`url ${formatFault(fault)}`, fault] as const), ...this.#numbered()];
    for (const [id, fault] of candidates) {
      if (!strikes(fault, target)) continue;
      const key = JSON.stringify([id, target]);
      const struck = this.#struck.get(key) ?? 0;
      if (fault.times !== undefined && struck >= fault.times) continue;
      this.#struck.set(key, struck + 1);
      return fault;
    }
    return undefined;
  }

  #numbered(): (readonly [string, Fault])[] {
    return this.#faults.map((fault, place) => [`book ${place}`, fault] as const);
  }
}
