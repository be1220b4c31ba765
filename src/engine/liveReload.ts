import { TransferError } from './errors.ts';
import type { LiveReadings } from './liveReadings.ts';
import { checkNothingLost } from './plan.ts';
import type { Address, PlaylistReader } from './playlistReader.ts';
import type { LiveStream } from './source.ts';

/** Where the streams of a request are read at the moment. */
export interface Whereabouts {
  /** How often they have gone to another place. */
  moves(): number;
  /** Of a stream's playlist, by the stream's `id`. */
  addressOf(id: string): Address | undefined;
  /**
   * Reads the multivariant playlist again for the addresses that it has now. Rejects with a PlaylistError where the stream is
   * not among them, with any other EngineError, or the signal's reason.
   */
  findAnew(id: string): Promise<void>;
}

/**
 * How a stream's playlist is read again: at the place where the streams are by then; once its address has expired (401, 403),
 * where the multivariant playlist has it now.
 */
export function reloaderOf(
  id: string,
  readings: LiveReadings,
  reader: PlaylistReader,
  where: Whereabouts,
): LiveStream['reload'] {
  let moves = where.moves();
  return async (query, timeoutMs, signal) => {
    const limits = { tries: 1, firstByteMs: timeoutMs, noProgressMs: timeoutMs + 1000 };
    const read = async ({ url, ...rest }: Address) => {
      // What another place leaves out of a delta update is what it has listed, not what the one before has.
      const { _HLS_skip: skip, ...others } = query;
      const now = where.moves();
      const asked = skip === undefined || moves !== now ? others : query;
      const playlist = await reader.readMedia({ ...rest, url: withQuery(url, asked) }, { limits, signal });
      checkNothingLost(playlist);
      moves = now;
      return readings.take(playlist, asked['_HLS_skip'] === 'v2' ? 'v2' : 'YES');
    };
    const address = where.addressOf(id);
    try {
      if (address) return await read(address);
    } catch (error) {
      if (!(error instanceof TransferError) || (error.status !== 401 && error.status !== 403)) throw error;
    }
    if (where.addressOf(id) === address) await where.findAnew(id);
    return await read(where.addressOf(id) ?? (address as Address));
  };
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const added = new URLSearchParams(query).toString();
  if (added === '') return url;
  const target = new URL(url);
  // As text: what is there may be signed, letter for letter.
  target.search = target.search === '' ? `?${added}` : `${target.search}&${added}`;
  return target.href;
}
