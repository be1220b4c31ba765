import { randomUUID } from 'node:crypto';

import type { ResourceKind } from '../streams/stream.ts';

/** How the origin guards its streams by tokens that expire. */
export interface TokenOptions {
  /**
   * `fresh`: each reading of the stream's first playlist (the multivariant one, where there is one) gives out a token of
   * its own in the URLs of everything below it. `server`: the URLs stay the same, and each such reading makes them good again.
   */
  mode: 'fresh' | 'server';
  /** Fragments, keys and maps that a token is good for; without end where absent. */
  uses?: number;
  /** Milliseconds that it is good for; without end where absent. */
  ms?: number;
  /** What is answered to an expired one. */
  status: number;
}

/** The name of the token in a query. */
export const TOKEN = 'pass';

/** The playlist with which a client begins: it needs no token, and gives them out. */
export const FIRST = 'index.m3u8';

interface Token {
  uses: number;
  sinceMs: number;
}

/** The tokens that were given out, by session. */
export class TokenBook {
  readonly #tokens = new Map<string, Token>();

  /** A new token of the session: what goes into the query of the URLs below the playlist that was read. */
  issue(session: string, { mode }: TokenOptions): string | undefined {
    const token = mode === 'fresh' ? randomUUID() : undefined;
    this.#tokens.set(idOf(session, token), { uses: 0, sinceMs: performance.now() });
    return token;
  }

  /** Whether the token admits to the resource; counts its use. */
  admit(session: string, presented: string | null, resource: ResourceKind, options: TokenOptions): boolean {
    const token = this.#tokens.get(idOf(session, options.mode === 'fresh' ? (presented ?? '') : undefined));
    if (token === undefined) return false;
    const isUsedUp = options.uses !== undefined && token.uses >= options.uses;
    const isOld = options.ms !== undefined && performance.now() - token.sinceMs >= options.ms;
    if (isUsedUp || isOld) return false;
    if (resource !== 'playlist') token.uses++;
    return true;
  }
}

function idOf(session: string, token: string | undefined): string {
  return JSON.stringify([session, token ?? null]);
}

/** The query with that token instead of the one that it has. */
export function withToken(search: string, token: string | undefined): string {
  if (token === undefined) return search;
  const params = new URLSearchParams(search);
  params.set(TOKEN, token);
  return `?${params.toString()}`;
}
