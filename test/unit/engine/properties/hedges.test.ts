import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { defaultHedgeRules } from '../../../../src/engine/transport/hedgeRules.ts';
import { Collector, fragmentAt, openClient, patternBytes, shortLimits, type OpenClient } from '../transport/serving.ts';
import { allowedMs, casesOf } from './cases.ts';

/** How the body of an answer ends. */
type End = 'whole' | 'reset' | 'stall';

/** How one request is answered. */
interface Reply {
  /** Before the head; 0: at once. */
  headMs: number;
  /** How many bytes at a time, and how long after each. */
  sliceBytes: number;
  everyMs: number;
  /** After which share of it, where it does not come to its end. */
  end: End;
  share: number;
  /** Another body, with validators of its own where there are any. */
  isOther: boolean;
  /** What it does with a range. */
  range: 'honoured' | 'ignored' | 'refused';
  status: 200 | 500 | 502;
}

interface HedgeCase {
  bytes: number;
  validator: 'etag' | 'none';
  isChunked: boolean;
  replies: [Reply, Reply];
  /** The reader pauses after each of so many chunks. */
  pauses: number;
  /** When somebody cancels. */
  cancelMs: number | undefined;
}

const often = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const reply: fc.Arbitrary<Reply> = fc.record({
  headMs: fc.constantFrom(0, 1, 5, 20),
  sliceBytes: fc.integer({ min: 500, max: 20_000 }),
  everyMs: fc.constantFrom(0, 1, 3, 8),
  end: often<End>('whole', 'reset', 'stall'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  isOther: often(false, true),
  range: often<Reply['range']>('honoured', 'ignored', 'refused'),
  status: often<Reply['status']>(200, 500, 502),
});

const hedgeCase: fc.Arbitrary<HedgeCase> = fc.record({
  bytes: fc.integer({ min: 1, max: 60_000 }),
  validator: fc.constantFrom('etag', 'none'),
  isChunked: fc.boolean(),
  replies: fc.tuple(
    reply.map((first): Reply => ({ ...first, isOther: false, status: 200 })),
    reply,
  ),
  pauses: fc.constantFrom(0, 0, 1, 3),
  cancelMs: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.integer({ min: 0, max: 60 })),
});

const plain: Reply = {
  headMs: 0,
  sliceBytes: 60_000,
  everyMs: 0,
  end: 'whole',
  share: 1,
  isOther: false,
  range: 'honoured',
  status: 200,
};

/** Every transfer that it can be is asked for a second time, at once. */
const eagerRules = {
  ...defaultHedgeRules,
  tickMs: 3,
  observedMs: 0,
  silentMs: 0,
  factor: -1,
  lastFactor: -1,
  gainMs: -1e12,
  lastGainMs: -1e12,
  extraBytes: 1e12,
};

const limits = { stallMs: 200, firstByteMs: 200, noProgressMs: 5000 };
const lanes = 8;

class HedgeOrigin {
  readonly #cases = new Map<string, { each: HedgeCase; asked: number }>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  #count = 0;
  url = '';

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  serve(each: HedgeCase): string {
    const path = `/${this.#count++}.ts`;
    this.#cases.set(path, { each, asked: 0 });
    return this.url + path;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined);
    const served = this.#cases.get(request.url ?? '');
    const each = served?.each ?? { ...usualCase, replies: [plain, plain] };
    const reply = (served && each.replies[served.asked++]) ?? plain;
    setTimeout(() => send(request, response, each, reply), reply.headMs);
  }
}

const usualCase: Omit<HedgeCase, 'replies'> = {
  bytes: 5000,
  validator: 'etag',
  isChunked: false,
  pauses: 0,
  cancelMs: undefined,
};

function bodyOf({ bytes }: HedgeCase, isOther: boolean): Buffer {
  return patternBytes(bytes, isOther ? 7 : 1);
}

function send(request: IncomingMessage, response: ServerResponse, each: HedgeCase, reply: Reply): void {
  const { status, range, isOther } = reply;
  if (status !== 200) {
    response.writeHead(status).end('no');
    return;
  }
  const body = bodyOf(each, isOther);
  const etag = isOther ? '"other"' : '"one"';
  const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (asked > 0 && range === 'refused') {
    response.writeHead(416).end();
    return;
  }
  const isHeld = each.validator === 'etag' && request.headers['if-range'] === etag;
  const first = range === 'honoured' && isHeld ? asked : 0;
  response.writeHead(first > 0 ? 206 : 200, {
    ...(each.validator === 'etag' ? { etag } : {}),
    ...(each.isChunked ? {} : { 'content-length': body.length - first }),
    ...(first > 0 ? { 'content-range': `bytes ${first}-${body.length - 1}/${body.length}` } : {}),
  });
  response.flushHeaders();
  sendBody(response, body.subarray(first), reply);
}

function sendBody(response: ServerResponse, body: Buffer, { sliceBytes, everyMs, end, share }: Reply): void {
  const length = end === 'whole' ? body.length : Math.floor(body.length * share);
  let place = 0;
  const next = () => {
    if (response.destroyed) return;
    if (place < length) {
      response.write(body.subarray(place, Math.min(length, place + sliceBytes)));
      place += sliceBytes;
      setTimeout(next, everyMs);
    } else if (end === 'whole') response.end();
    else if (end === 'reset') response.destroy();
  };
  next();
}

describe('a fragment that is asked for twice', () => {
  const origin = new HedgeOrigin();
  let open: OpenClient;
  const outcomes: Record<string, number> = {};
  const count = (name: string) => (outcomes[name] = (outcomes[name] ?? 0) + 1);

  before(async () => {
    await origin.open();
    open = openClient(origin.url, { hedgeRules: eagerRules, limits: { ...shortLimits, ...limits } });
    await Promise.all([1, 2, 3, 4].map(() => open.client.fetch(fragmentAt(`${origin.url}/usual`, new Collector()))));
  });
  after(async () => {
    await open.client.close();
    await origin.close();
  });

  async function check(each: HedgeCase): Promise<void> {
    const collector = new Collector();
    let isOver = false;
    let pauses = each.pauses;
    collector.onData = () => {
      assert.ok(!isOver, 'bytes after the end');
      if (pauses-- <= 0) return;
      collector.flow?.pause();
      setTimeout(() => collector.flow?.resume(), 2);
    };
    const cancelling = new AbortController();
    const timer = each.cancelMs === undefined ? undefined : setTimeout(() => cancelling.abort(), each.cancelMs);
    const more = { mayHedge: true, signal: cancelling.signal };
    try {
      const result = await open.client.fetch(fragmentAt(origin.serve(each), collector, more));
      const isRight = [false, true].some((isOther) => collector.bytes.equals(bodyOf(each, isOther)));
      assert.ok(isRight, 'neither of the two bodies');
      assert.ok(result.received >= each.bytes);
      count(result.hedges > 0 ? (result.tries > 1 ? 'hedged and retried' : 'hedged') : 'alone');
      if (collector.bytes.equals(bodyOf(each, true))) count('other');
    } catch (error) {
      if (!cancelling.signal.aborted) throw error;
      count('cancelled');
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  }

  it('comes whole, from one body, no byte twice and none missing, whatever happens to either answer', async function () {
    this.timeout(allowedMs(60_000));
    const numRuns = Math.ceil(casesOf(1200).numRuns / lanes);
    const lane = () => fc.assert(fc.asyncProperty(hedgeCase, check), { numRuns, endOnFailure: true });
    const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    for (const outcome of ['hedged', 'hedged and retried', 'cancelled']) {
      assert.ok((outcomes[outcome] ?? 0) > 20, JSON.stringify(outcomes));
    }
  });
});
