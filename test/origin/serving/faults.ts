import type { ResourceKind } from '../streams/stream.ts';
import type { FaultKind, Place, Side } from './kinds.ts';
import { FAULT_KINDS, PLACES, SIDES } from './kinds.ts';

/** A misbehaviour and where it strikes; every condition given must hold. */
export interface Fault extends Settings {
  kind: FaultKind;
  stream?: string;
  /** Only requests whose query has this `session`. */
  session?: string;
  /** The path in the stream, its beginning up to a slash may be left out: `f000003.ts`, `en/index.m3u8`. `/…` is the whole path. */
  path?: string;
  resource?: ResourceKind;
  /** The index of the fragment in its playlist. */
  index?: number;
  /** Strikes that often at each URL (at each fragment, where one file holds many); for ever where absent. */
  times?: number;
}

/** What a URL gives behind `kind@target*times`. */
export interface Settings {
  /** Passes over that many requests for each URL before it begins to strike. */
  after?: number;
  /** Only requests with a Range header (`range`), or only those without (`whole`). */
  when?: 'range' | 'whole';
  /** Only requests to that one of the two origins. */
  origin?: Side;
  status?: number;
  /** The value of Retry-After: seconds, an HTTP date, or `date+<seconds>` for a date that long from now. */
  retryAfter?: string;
  contentType?: string;
  /** Bytes, for `wrong-length` (default 1000), `range-wrong` (1) and `range-grown` (1000); fragments, for `playlist-moves` (1). */
  delta?: number;
  /** How much a `header-flood` or a `gzip-bomb` is. */
  bytes?: number;
  /** For `slow` and `slow-headers` (default 1000) and `interim-endless` (50). */
  everyMs?: number;
  /** For `redirect` and `uri`: a place or an address; default `relative`. */
  to?: Place | `${string}:${string}`;
  /** For `uri`. */
  of?: 'fragment' | 'key' | 'map' | 'variant' | 'rendition';
  /** The place in the playlist, from 0, for `uri`, `playlist-drops` and `playlist-inserts` (default the middle). */
  at?: number;
  /** For `rendition-name`. */
  text?: string;
  /** How many bytes of the body come before the end of `reset-midway`, `truncate…`, `ends-early`, `stall`; default half. */
  afterBytes?: number;
  /** Cuts there or a little before: behind a packet of a transport stream, behind a box of an MP4 file that has another behind it. */
  align?: 'packet' | 'box';
  /** How a body without a length is delimited: a last chunk, or the end of the connection (HTTP/2: the end of the stream). */
  framing?: 'chunked' | 'close';
}

/** What is asked for, as faults see it. */
export interface Target {
  stream: string;
  path: string;
  session?: string;
  resource: ResourceKind;
  index?: number;
  /** The origin that was asked. */
  origin?: Side;
}

/** Whether the fault's conditions on what is asked for hold. */
export function strikes(fault: Fault, target: Target): boolean {
  return (
    (fault.stream === undefined || fault.stream === target.stream) &&
    (fault.session === undefined || fault.session === target.session) &&
    (fault.path === undefined || isPath(fault.path, target.path)) &&
    (fault.resource === undefined || fault.resource === target.resource) &&
    (fault.index === undefined || fault.index === target.index) &&
    (fault.origin === undefined || fault.origin === target.origin)
  );
}

function isPath(wanted: string, path: string): boolean {
  return wanted.startsWith('/') ? wanted === `/${path}` : `/${path}`.endsWith(`/${wanted}`);
}

/** How each setting is written: as a number, as any text, or as one of a few. */
const SETTINGS: Readonly<Record<keyof Settings, 'number' | 'text' | readonly string[]>> = {
  status: 'number',
  retryAfter: 'text',
  contentType: 'text',
  delta: 'number',
  bytes: 'number',
  everyMs: 'number',
  to: 'text',
  of: ['fragment', 'key', 'map', 'variant', 'rendition'],
  at: 'number',
  text: 'text',
  afterBytes: 'number',
  align: ['packet', 'box'],
  framing: ['chunked', 'close'],
  after: 'number',
  when: ['range', 'whole'],
  origin: SIDES,
};
const SETTING_NAMES = Object.keys(SETTINGS) as (keyof Settings)[];
/** The target of a fault that has no other condition than an origin. */
const ANY = 'any';
const RESOURCES: readonly string[] = ['playlist', 'fragment', 'map', 'key', 'steering'] satisfies ResourceKind[];

/**
 * Reads a fault from a query: `kind@target*times;name=value…`, where the target is the index of a fragment, a kind of
 * resource, a path or `any`, and the names are those of `Settings`: `status@3*2;status=429;retryAfter=1`. Throws a RangeError
 * that says what is wrong.
 */
export function parseFault(text: string): Fault {
  const [rule = '', ...settings] = text.split(';');
  const found = /^(?<kind>[a-z-]+)@(?<target>[^*]+?)(?:\*(?<times>\d+))?$/.exec(rule)?.groups;
  const kind = FAULT_KINDS.find((known) => known === found?.['kind']);
  if (found === undefined || kind === undefined) throw new RangeError(`"${text}" is no fault.`);
  const values = Object.fromEntries(settings.map(parseSetting));
  const times = found['times'] === undefined ? {} : { times: Number(found['times']) };
  return { kind, ...parseTarget(found['target'] ?? ''), ...times, ...values };
}

function parseSetting(setting: string): [string, string | number] {
  const at = setting.indexOf('=');
  const value = setting.slice(at + 1);
  const name = SETTING_NAMES.find((known) => known === setting.slice(0, at));
  if (name !== undefined) {
    const form = SETTINGS[name];
    if (form === 'number' && /^-?\d+$/.test(value)) return [name, Number(value)];
    if (name === 'to' ? isPlace(value) : form === 'text' || form.includes(value)) return [name, value];
  }
  throw new RangeError(`"${setting}" is no setting of a fault.`);
}

function isPlace(value: string): boolean {
  return value.includes(':') || PLACES.some((place) => place === value);
}

function parseTarget(target: string): Pick<Fault, 'index' | 'resource' | 'path'> {
  if (/^\d+$/.test(target)) return { index: Number(target) };
  if (target === ANY) return {};
  const resource = RESOURCES.find((known): known is ResourceKind => known === target);
  return resource === undefined ? { path: target } : { resource };
}

/** Writes a fault so that `parseFault` reads it. */
export function formatFault(fault: Fault): string {
  const target = fault.index ?? fault.path ?? fault.resource ?? (fault.origin === undefined ? undefined : ANY);
  if (target === undefined) throw new RangeError('A fault in a URL needs an index, a path, a resource or an origin.');
  const times = fault.times === undefined ? '' : `*${fault.times}`;
  const settings = SETTING_NAMES.filter((name) => fault[name] !== undefined).map(
    (name) => `;${name}=${String(fault[name])}`,
  );
  return `${fault.kind}@${target}${times}${settings.join('')}`;
}
