import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { Content } from '../content/content.ts';
import { all } from '../content/content.ts';
import type { ClockBook } from '../live/clock.ts';
import type { Reply, Resource } from '../streams/stream.ts';
import type { Options } from './options.ts';
import { carriedSearch } from './options.ts';
import type { Wire } from './wire.ts';

/** What was asked for, where there is something. */
export interface Found {
  stream: string;
  path: string;
  resource: Resource;
}

/** A query that the stream can't do anything with. */
export class UnfitQuery extends Error {}

/** Makes what is made anew for each request, and counts how often each session has asked for it. */
export class ReplyBook {
  readonly #clocks: ClockBook;
  readonly #turns = new Map<string, number>();

  constructor(clocks: ClockBook) {
    this.#clocks = clocks;
  }

  /** What the resource is for this request. Rejects with an UnfitQuery. */
  async of(
    { stream, path, resource: { body } }: Found,
    { url, options, wire, headers }: { url: URL; options: Options; wire: Wire; headers: IncomingHttpHeaders },
  ): Promise<Reply> {
    if (typeof body !== 'function') return { body };
    const { session = '' } = options;
    const id = JSON.stringify([session, stream, path]);
    const turn = (this.#turns.get(id) ?? 0) + 1;
    this.#turns.set(id, turn);
    const common = { query: url.searchParams, search: carriedSearch(url), clocks: this.#clocks, over: wire.over };
    try {
      return await body({ ...common, session, turn, ...(headers.range === undefined ? {} : { range: headers.range }) });
    } catch (error) {
      throw error instanceof RangeError ? new UnfitQuery(error.message) : error;
    }
  }
}

/** By what the resource's validators differ: what is made anew may be other bytes of the same size. */
export function identityOf({ kind, body: source }: Resource, body: Content): unknown {
  if (typeof source !== 'function' || kind === 'fragment') return body.size;
  const hash = createHash('sha256');
  for (const piece of all(body)) hash.update(piece);
  return hash.digest('hex');
}
