import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Time that passes only when somebody waits for it. */
export class FastClock {
  nowMs = 0;
  readonly now = (): number => this.nowMs;
  readonly wait = (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.nowMs += ms;
    return Promise.resolve();
  };
}

/** One fragment as the origin made it. */
export interface Made {
  epoch: number;
  sequence: number;
  /** When it is whole and listed, on the clock. */
  atMs: number;
  durationS: number;
  discontinuity: boolean;
  /** Discontinuities before it and at it, in its epoch. */
  discontinuities: number;
}

/** What goes wrong between two times, on the clock. */
export interface Trouble {
  fromMs: number;
  toMs: number;
  /** A status, a connection that ends, a page that is no playlist, a copy that is so many milliseconds old or always the same, or an answer that never comes. */
  kind: number | 'reset' | 'garbage' | 'hang' | { staleMs: number } | { asOfMs: number };
}

export interface Script {
  fragmentS?: number;
  /** Fragments in the list; Infinity is an event. */
  window?: number;
  /** How much has been made before time 0, in fragments. */
  head?: number;
  /** Fragments in all; then the list ends. */
  total?: number;
  /** Places among all fragments where the numbers begin anew. */
  resetsAt?: readonly number[];
  /** After a reset the addresses are those of before. */
  reusesAddresses?: boolean;
  /** Each so-manieth fragment begins with a discontinuity. */
  breakEvery?: number;
  isDated?: boolean;
  /** The token in the query, by time. */
  token?: (nowMs: number) => string;
  troubles?: readonly Trouble[];
  /** `honest` holds an answer until the fragment is there, `idle` offers it and answers at once, `refused` answers 400. */
  blocking?: 'honest' | 'idle' | 'refused';
  /** `honest` skips what is older than six target durations, `broken` skips far too much. */
  delta?: 'honest' | 'broken';
  hasMap?: boolean;
  /** Does not remember what was asked: for long recordings. */
  isForgetful?: boolean;
  /** The target duration by time, in seconds. */
  targetS?: (nowMs: number) => number;
}

export interface Asked {
  atMs: number;
  query: URLSearchParams;
  /** Fragments that the answer left out. */
  skipped: number;
}

/** A live origin on loopback that follows a script, on a clock of the test's. */
export class ScriptedOrigin {
  readonly asked: Asked[] = [];
  /** Called where an answer never comes, so that nobody has to wait for it in real time. */
  onHang = (): void => undefined;
  readonly #script: Required<Pick<Script, 'fragmentS' | 'window' | 'head'>> & Script;
  readonly #clock: FastClock;
  readonly #server = http.createServer((request, response) => this.#answer(request, response));
  /** Everything up to `total` or, without one, as far as was asked for. */
  readonly made: Made[] = [];

  constructor(script: Script, clock: FastClock) {
    this.#script = { fragmentS: 2, window: 6, head: 6, ...script };
    this.#clock = clock;
    if (script.total !== undefined) this.#makeUntil(Infinity);
  }

  /** Listens; gives the address of the playlist. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/live/index.m3u8`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** What is listed at a time. */
  #listed(atMs: number): Made[] {
    this.#makeUntil(atMs);
    const { fragmentS, head, window } = this.#script;
    const count = Math.min(this.made.length, Math.floor(atMs / 1000 / fragmentS + 1e-9) + head);
    const epoch = this.made[count - 1]?.epoch;
    return this.made.slice(Math.max(0, count - window), count).filter((one) => one.epoch === epoch);
  }

  #makeUntil(atMs: number): void {
    const { fragmentS, head, total = Infinity, resetsAt = [], breakEvery = Infinity } = this.#script;
    while (this.made.length < total && (this.made.length - head) * fragmentS * 1000 <= atMs) {
      const place = this.made.length;
      const last = this.made.at(-1);
      const isReset = resetsAt.includes(place);
      const epoch = (last?.epoch ?? 0) + (isReset ? 1 : 0);
      const discontinuity = place > 0 && !isReset && place % breakEvery === 0;
      this.made.push({
        epoch,
        sequence: isReset || last === undefined ? 0 : last.sequence + 1,
        atMs: (place - head + 1) * fragmentS * 1000,
        durationS: fragmentS,
        discontinuity,
        discontinuities: (isReset ? 0 : (last?.discontinuities ?? 0)) + (discontinuity ? 1 : 0),
      });
    }
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const query = new URL(request.url ?? '/', 'http://origin').searchParams;
    const asked: Asked = { atMs: this.#clock.nowMs, query, skipped: 0 };
    if (this.#script.isForgetful !== true) this.asked.push(asked);
    const trouble = this.#script.troubles?.find(({ fromMs, toMs }) => asked.atMs >= fromMs && asked.atMs < toMs)?.kind;
    if (typeof trouble === 'number') response.writeHead(trouble).end();
    else if (trouble === 'reset') request.socket.destroy();
    else if (trouble === 'garbage') response.end('<!doctype html><title>Sorry</title>');
    else if (trouble === 'hang') this.onHang();
    else if (this.#refuses(query)) response.writeHead(400).end();
    else {
      this.#hold(query);
      response.end(this.#write(copyTime(this.#clock.nowMs, trouble), asked));
    }
  }

  #refuses(query: URLSearchParams): boolean {
    return this.#script.blocking === 'refused' && query.has('_HLS_msn');
  }

  /** Lets the time pass until the fragment is there that is asked for, at most three target durations. */
  #hold(query: URLSearchParams): void {
    const wanted = query.get('_HLS_msn');
    if (this.#script.blocking !== 'honest' || wanted === null) return;
    const untilMs = this.#clock.nowMs + this.#targetS() * 3000;
    while (this.#clock.nowMs < untilMs) {
      const last = this.#listed(this.#clock.nowMs).at(-1);
      if (last === undefined || last.sequence >= Number(wanted) || this.#isOver()) return;
      this.#clock.nowMs += 100;
    }
  }

  #targetS(): number {
    return this.#script.targetS?.(this.#clock.nowMs) ?? Math.ceil(this.#script.fragmentS);
  }

  #isOver(atMs = this.#clock.nowMs): boolean {
    const { total, head, fragmentS } = this.#script;
    return total !== undefined && atMs >= (total - head) * fragmentS * 1000;
  }

  #write(atMs: number, asked: Asked): string {
    const { blocking, delta, hasMap, isDated, window } = this.#script;
    const listed = this.#listed(atMs);
    const targetS = this.#targetS();
    const control = [
      ...(blocking === undefined ? [] : ['CAN-BLOCK-RELOAD=YES']),
      ...(delta === undefined ? [] : [`CAN-SKIP-UNTIL=${targetS * 6}`]),
    ];
    const first = listed[0];
    asked.skipped = this.#skipped(listed, asked.query, targetS);
    return [
      '#EXTM3U',
      '#EXT-X-VERSION:9',
      `#EXT-X-TARGETDURATION:${targetS}`,
      ...(control.length > 0 ? [`#EXT-X-SERVER-CONTROL:${control.join(',')}`] : []),
      ...(window === Infinity ? ['#EXT-X-PLAYLIST-TYPE:EVENT'] : []),
      `#EXT-X-MEDIA-SEQUENCE:${first?.sequence ?? 0}`,
      `#EXT-X-DISCONTINUITY-SEQUENCE:${(first?.discontinuities ?? 0) - (first?.discontinuity ? 1 : 0)}`,
      ...(hasMap ? [`#EXT-X-MAP:URI="init.mp4"`] : []).slice(asked.skipped > 0 ? 1 : 0),
      ...(asked.skipped > 0 ? [`#EXT-X-SKIP:SKIPPED-SEGMENTS=${asked.skipped}`] : []),
      ...listed.slice(asked.skipped).flatMap((one, at) => this.#lines(one, isDated === true && at === 0)),
      ...(this.#isOver(atMs) ? ['#EXT-X-ENDLIST'] : []),
    ].join('\n');
  }

  #skipped(listed: readonly Made[], query: URLSearchParams, targetS: number): number {
    if (!query.has('_HLS_skip')) return 0;
    if (this.#script.delta === 'broken') return listed.length + 100;
    const kept = Math.ceil((targetS * 6) / this.#script.fragmentS);
    return Math.max(0, listed.length - kept);
  }

  #lines({ epoch, sequence, atMs, durationS, discontinuity }: Made, isDated: boolean): string[] {
    const { reusesAddresses, token } = this.#script;
    const folder = epoch === 0 || reusesAddresses ? '' : `run${epoch}/`;
    const query = token === undefined ? '' : `?token=${token(this.#clock.nowMs)}`;
    const began = new Date(1_700_000_000_000 + atMs - durationS * 1000);
    return [
      ...(discontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
      ...(isDated || (discontinuity && this.#script.isDated)
        ? [`#EXT-X-PROGRAM-DATE-TIME:${began.toISOString()}`]
        : []),
      `#EXTINF:${durationS.toFixed(3)},`,
      `${folder}seg${sequence}.ts${query}`,
    ];
  }
}

function copyTime(nowMs: number, copy: { staleMs: number } | { asOfMs: number } | undefined): number {
  if (copy === undefined) return nowMs;
  return 'asOfMs' in copy ? copy.asOfMs : nowMs - copy.staleMs;
}
