import { digestStream } from '../digest.ts';
import type { ClockBook } from '../live/clock.ts';
import { PARTS } from '../live/clock.ts';
import { parseLive } from '../live/settings.ts';
import { isStreamName, STREAM_NAMES, describe } from '../streams/catalogue.ts';
import type { FaultBook } from './faultBook.ts';
import type { Fault } from './faults.ts';
import { FAULT_KINDS } from './kinds.ts';
import { parseOptions, shapeOf } from './options.ts';
import type { RequestLog } from './requestLog.ts';

/** What the lab itself answers, beside its streams. */
export interface ControlAnswer {
  status: number;
  contentType: string;
  text: string;
}

interface Controlled {
  faults: FaultBook;
  log: RequestLog;
  clocks: ClockBook;
}

/**
 * `GET /` lists the streams. Under `/_lab/`: `GET digest?stream=…&variant=…` with the options of the stream,
 * `GET requests?session=…`, `DELETE requests`, `POST faults` with a fault or several in JSON, `DELETE faults`,
 * `GET live?session=…` says how many fragments and parts of the session's live stream are there, `POST
 * live?session=…&advance=3&parts=1` moves it on by so many, and `PUT live?session=…&advance=3&parts=1` begins it with so
 * many, under the live settings in the body, written as in a query.
 */
export async function control(
  { faults, log, clocks }: Controlled,
  method: string,
  url: URL,
  readBody: () => Promise<string>,
): Promise<ControlAnswer> {
  switch (`${method} ${url.pathname}`) {
    case 'GET /':
      return { status: 200, contentType: 'text/plain; charset=utf-8', text: listing(url.origin) };
    case 'GET /_lab/digest':
      return digest(url.searchParams);
    case 'GET /_lab/requests':
      return json(200, log.list(url.searchParams.get('session') ?? undefined));
    case 'DELETE /_lab/requests':
      log.clear();
      return json(200, {});
    case 'POST /_lab/faults':
      return addFaults(faults, await readBody());
    case 'DELETE /_lab/faults':
      faults.clear();
      return json(200, {});
    case 'GET /_lab/live':
    case 'POST /_lab/live':
      return live(clocks, url.searchParams);
    case 'PUT /_lab/live':
      return begin(clocks, url.searchParams, await readBody());
    default:
      return json(404, { error: `There is nothing at ${url.pathname}.` });
  }
}

/** The streams and their URLs, for people. */
export function listing(origin: string): string {
  const lines = STREAM_NAMES.map((name) => `${origin}/${name}/index.m3u8`.padEnd(58) + describe(name));
  return lines.join('\n') + '\n';
}

async function digest(query: URLSearchParams): Promise<ControlAnswer> {
  const name = query.get('stream') ?? '';
  if (!isStreamName(name)) return json(404, { error: `There is no stream "${name}".` });
  const found = await digestStream(name, shapeOf(parseOptions(query)), query);
  return found === undefined ? json(404, { error: `Nothing of "${name}" can be downloaded.` }) : json(200, found);
}

function live(clocks: ClockBook, query: URLSearchParams): ControlAnswer {
  const clock = clocks.find(query.get('session') ?? '');
  if (clock === undefined) return json(404, { error: 'The session has not asked for a live stream yet.' });
  clock.advance(partsOf(query));
  return json(200, { fragments: Math.floor(clock.position / PARTS), parts: clock.position % PARTS });
}

function begin(clocks: ClockBook, query: URLSearchParams, settings: string): ControlAnswer {
  const parts = partsOf(query);
  clocks.begin(query.get('session') ?? '', parts, parseLive(new URLSearchParams(settings)));
  return json(200, { fragments: Math.floor(parts / PARTS), parts: parts % PARTS });
}

/** Throws a RangeError. */
function partsOf(query: URLSearchParams): number {
  const [fragments, parts] = ['advance', 'parts'].map((name) => Number(query.get(name) ?? 0)) as [number, number];
  if (!(Number.isSafeInteger(fragments) && Number.isSafeInteger(parts) && fragments >= 0 && parts >= 0)) {
    throw new RangeError('advance and parts are whole numbers.');
  }
  return fragments * PARTS + parts;
}

function addFaults(book: FaultBook, body: string): ControlAnswer {
  const value: unknown = JSON.parse(body);
  const faults: unknown[] = Array.isArray(value) ? value : [value];
  if (!faults.every(isFault)) return json(400, { error: `A fault needs a kind: ${FAULT_KINDS.join(', ')}.` });
  for (const fault of faults) book.add(fault);
  return json(200, {});
}

function isFault(value: unknown): value is Fault {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && FAULT_KINDS.some((kind) => kind === value.kind)
  );
}

export function json(status: number, value: unknown): ControlAnswer {
  return { status, contentType: 'application/json', text: JSON.stringify(value) + '\n' };
}
