import type { Listed } from '../streams/stream.ts';

/** What the origin remembers of one request. Values of headers are not among it. */
export interface RequestRecord {
  /** Milliseconds since the origin started, when the request came and when its answer was over. */
  atMs: number;
  overMs?: number;
  method: string;
  protocol: 'http/1.1' | 'h2';
  secure: boolean;
  /** The origin as the client named it. */
  origin: string;
  /** Counts connections from 1. */
  connection: number;
  /** Without the query. */
  path: string;
  session?: string;
  range?: string;
  /** The `_HLS_…` parameters of the query (RFC 8216bis §6.2.5, §7.1), without that beginning. */
  directives?: Readonly<Record<string, string>>;
  /** The fragment that was asked for, counted from 0. */
  index?: number;
  /** What a live playlist listed. */
  listed?: Listed;
  /** Lower case, sorted. */
  headerNames: string[];
  /** Absent until the origin answers. */
  status?: number;
  /** Bytes of body handed to the system. */
  bodyBytes?: number;
  /** The fault that struck. */
  fault?: string;
}

const KEPT = 400_000;

/** The newest requests. */
export class RequestLog {
  #records: RequestRecord[] = [];
  readonly #connections = new WeakMap<object, number>();
  #connectionCount = 0;

  add(record: Omit<RequestRecord, 'connection'>, connection: object): RequestRecord {
    let number = this.#connections.get(connection);
    if (number === undefined) {
      number = ++this.#connectionCount;
      this.#connections.set(connection, number);
    }
    const added = { ...record, connection: number };
    if (this.#records.length >= KEPT) this.#records = this.#records.slice(KEPT / 2);
    this.#records.push(added);
    return added;
  }

  /** Requests in the order in which they came, of one session or of all. */
  list(session?: string): RequestRecord[] {
    return this.#records.filter((record) => session === undefined || record.session === session);
  }

  clear(): void {
    this.#records = [];
  }
}
