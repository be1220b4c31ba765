import type { CheckedRequest } from './checkRequest.ts';
import { DateRangeBook } from './dateRangeBook.ts';
import { EngineError } from './errors.ts';
import { checkAddresses } from './fragmentAddresses.ts';
import { LiveReadings } from './liveReadings.ts';
import { reloaderOf, type Whereabouts } from './liveReload.ts';
import type { Named, Outline } from './outline.ts';
import { planDownload, planLive } from './plan.ts';
import type { MediaPlaylist } from './playlist/model.ts';
import type { Address, PlaylistReader } from './playlistReader.ts';
import type { FragmentPair } from './sameFragment.ts';
import type { LostSubtitles, Stream } from './source.ts';
import type { Transfer } from './transport/client.ts';

/** What the playlists of one place hold. */
export interface OutlineStreams {
  streams: Stream[];
  lost: LostSubtitles[];
}

/** How often the playlist of live subtitles is tried before the recording begins without them. */
const liveTries = 3;

/** Reads the playlists of a place into streams, and knows what earlier readings, from whichever place, have said of them. */
export class StreamReader {
  /** What is read from now on renews what is known. */
  isRenewing = false;
  readonly #request: CheckedRequest;
  readonly #reader: PlaylistReader;
  readonly #where: Whereabouts;
  /** Of live streams, by their `id`. */
  readonly #readings = new Map<string, LiveReadings>();
  /** How many fragments the recordings have, by the streams' `id`. */
  readonly #lengths = new Map<string, number>();
  readonly #subtitleIds = new Set<string>();

  constructor(request: CheckedRequest, reader: PlaylistReader, where: Whereabouts) {
    this.#request = request;
    this.#reader = reader;
    this.#where = where;
  }

  /** One of the streams is live. */
  get isLive(): boolean {
    return this.#readings.size > 0;
  }

  /**
   * Reads all that the place has; what cannot be had of subtitles is `lost` where the main stream is live, or what is read
   * renews what is known. Rejects with an EngineError, or the signal's reason.
   */
  async read(outline: Outline, signal?: AbortSignal): Promise<OutlineStreams> {
    const streams: Stream[] = [];
    const lost: LostSubtitles[] = [];
    for (const { address, ...named } of outline) {
      const rest = signal ? { signal } : {};
      const { rendition } = named;
      if (rendition?.type === 'SUBTITLES') {
        const read = await this.#readSubtitles(named, address, rest, streams[0]?.live !== undefined);
        if (read instanceof EngineError) lost.push({ rendition, error: read });
        else streams.push(read);
      } else streams.push(this.streamOf(named, await this.#reader.readMedia(address, rest)));
    }
    return { streams, lost };
  }

  /** As `read`, without what is lost; undefined where it cannot be read. */
  async readUnlessBroken(outline: Outline, signal: AbortSignal): Promise<Stream[] | undefined> {
    try {
      return (await this.read(outline, signal)).streams;
    } catch (error) {
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  }

  /** What live streams have in common with what is known of them; undefined where a stream is another one there, or is over. */
  pair(streams: readonly Stream[]): FragmentPair[] | undefined {
    if (streams.some(({ id, live, listed }) => !live && this.#lengths.get(id) !== listed.length)) return undefined;
    const pairs: FragmentPair[] = [];
    for (const [id, readings] of this.#readings) {
      const live = streams.find((stream) => stream.id === id)?.live;
      const common = live && readings.pairWith(live.first);
      if (!common && this.#subtitleIds.has(id)) continue;
      if (!common) return undefined;
      for (const pair of common) pairs.push(pair);
    }
    return pairs;
  }

  /** The streams have gone to another place, where this is what they are. */
  moved(streams: readonly Stream[]): void {
    for (const { id, live } of streams) {
      const readings = this.#readings.get(id);
      if (live) readings?.moved(readings.pairWith(live.first) ?? []);
    }
  }

  /** A stream by its playlist. Throws an EngineError for addresses that may not be asked for. */
  streamOf(name: Named, playlist: MediaPlaylist): Stream {
    if (!playlist.isLive) {
      const dateRanges = new DateRangeBook();
      dateRanges.add(playlist.dateRanges);
      const plan = planDownload(playlist, this.#request.durationS);
      checkAddresses(plan.fragments, playlist.url, ` of ${plan.fragments.length}`);
      if (!this.#lengths.has(name.id)) this.#lengths.set(name.id, plan.fragments.length);
      return {
        ...name,
        dateRanges,
        plan,
        listed: plan.fragments,
        ...(isEndMissing(playlist) ? { isEndMissing: true } : {}),
      };
    }
    const plan = planLive(playlist);
    const listed = plan.settle(playlist.fragments);
    const readings = this.#readings.get(name.id) ?? new LiveReadings(playlist);
    this.#readings.set(name.id, readings);
    const live = { first: playlist, plan, reload: reloaderOf(name.id, readings, this.#reader, this.#where) };
    const { dateRanges } = readings;
    return { ...name, dateRanges, plan: { fragments: [], durationS: 0, gaps: 0 }, listed, live };
  }

  /** Subtitles, or why they cannot be had, where that is no reason to do without the others. */
  async #readSubtitles(
    named: Named,
    address: Address,
    rest: Pick<Transfer, 'signal'>,
    isMainLive: boolean,
  ): Promise<Stream | EngineError> {
    this.#subtitleIds.add(named.id);
    const { tries } = this.#request.limits;
    try {
      // A broadcast does not wait for its subtitles.
      const limits = this.isRenewing ? { tries: 1 } : { tries: isMainLive ? Math.min(tries, liveTries) : tries };
      return this.streamOf(named, await this.#reader.readMedia(address, { ...rest, limits }));
    } catch (error) {
      if ((this.isRenewing || isMainLive) && error instanceof EngineError) return error;
      throw error;
    }
  }
}

function isEndMissing({ isLive, hasEnd }: MediaPlaylist): boolean {
  return !isLive && !hasEnd;
}
