import type { CheckedRequest } from './checkRequest.ts';
import { DateRangeBook } from './dateRangeBook.ts';
import { EngineError, PlaylistError, TransferError, type Resource } from './errors.ts';
import { LiveReadings } from './liveReadings.ts';
import { addressesOf, outlineOf, type Named, type Outline } from './outline.ts';
import { checkNothingLost, planDownload, planLive, type LivePlan, type Plan } from './plan.ts';
import { chooseAudio, chooseVariant } from './playlist/choose.ts';
import { chooseSubtitles, overlookedSubtitles } from './playlist/chooseSubtitles.ts';
import type { Fragment, MediaPlaylist, MultivariantPlaylist, Rendition, Variant } from './playlist/model.ts';
import { PlaylistReader, type Address } from './playlistReader.ts';
import type { FragmentPair } from './sameFragment.ts';
import { SessionKeys } from './sessionKeys.ts';
import { Places, placesOf, type Place } from './steering/places.ts';
import { Steering, type Steered } from './steering/steering.ts';
import type { Client, Transfer } from './transport/client.ts';
import { checkAddress } from './transport/originPolicy.ts';

/** One output's worth of fragments. */
export interface Stream {
  /** `main`, or `audio.<language or name>`. */
  name: string;
  /** What tells it from other streams of the same request: the variant, the rendition. */
  id: string;
  rendition?: Rendition;
  /** Declared for it, in bits per second. */
  bandwidth?: number;
  /** What is known from the start; nothing of a live stream. */
  plan: Plan;
  /** What the playlist lists now. */
  listed: readonly Fragment[];
  /** EXT-X-DATERANGE of its playlist, in all readings: programmes, interstitials. */
  dateRanges?: DateRangeBook;
  /** It says that it is a recording (VOD), but has no end tag: more may be missing with it. */
  isEndMissing?: boolean;
  /** How a live stream goes on; absent when it is over. */
  live?: LiveStream;
}

export interface LiveStream {
  /** As it was read first. */
  first: MediaPlaylist;
  plan: LivePlan;
  /**
   * Reads the playlist again, once, with delivery directives in its address (RFC 8216bis §6.2.5). Rejects with an
   * EngineError, or a signal's reason.
   */
  reload: (query: Readonly<Record<string, string>>, timeoutMs: number, signal: AbortSignal) => Promise<MediaPlaylist>;
}

/** What a URL turned out to be: the main stream first, then the separate renditions. */
export interface Source {
  variant?: Variant;
  streams: Stream[];
  /** Chosen subtitles, which are joined rather than written one behind the other. */
  subtitles: Stream[];
  /** Chosen subtitles of a live stream whose playlist cannot be had: the recording goes on without them. */
  lostSubtitles: LostSubtitles[];
  /** Languages or names of subtitles that there are, where `default` was asked for and none of them is (`overlookedSubtitles`). */
  overlookedSubtitles: string[];
}

export interface LostSubtitles {
  rendition: Rendition;
  error: EngineError;
}

/** The streams have gone to another place that has them (RFC 8216bis §6.2.4, §7). */
export interface Move {
  pathway: string;
  /** Steering wanted it, or the place before had failed. */
  why: 'steering' | 'failure';
}

/** How often the playlist of live subtitles is tried before the recording begins without them. */
const liveTries = 3;

/** What the playlists of one place hold. */
interface OutlineStreams {
  streams: Stream[];
  lost: LostSubtitles[];
}

/** So many of the places that steering wants more are read before it is asked again. */
const mostReadings = 3;

/** Reads the playlists of one request. What it rejects with is an EngineError, or the signal's reason. */
export class SourceLoader {
  readonly steering: Steering;
  /** The keys that the multivariant playlist announces, by their URL. */
  readonly sessionKeys: SessionKeys;
  readonly #request: CheckedRequest;
  readonly #reader: PlaylistReader;
  readonly #onMoved: (move: Move) => void;
  readonly #places = new Places();
  /** Places whose streams are not the same ones. */
  readonly #unfit = new Set<string>();
  /** As it was read last. */
  #playlist: MultivariantPlaylist | undefined;
  /** By the streams' `id`. */
  #addresses: ReadonlyMap<string, Address> = new Map();
  readonly #readings = new Map<string, LiveReadings>();
  /** How many fragments the recordings have, by the streams' `id`. */
  readonly #lengths = new Map<string, number>();
  /** What is read from now on renews what is known. */
  #isLoaded = false;
  readonly #subtitleIds = new Set<string>();
  #moves = 0;

  constructor(request: CheckedRequest, client: Client, onMoved: (move: Move) => void) {
    this.#request = request;
    this.#reader = new PlaylistReader(client, request.limits.playlistBytes);
    this.#onMoved = onMoved;
    this.steering = new Steering(client);
    this.sessionKeys = new SessionKeys(client);
  }

  /** Reads them all and plans the download. */
  async load(): Promise<Source> {
    const playlist = await this.#reader.read({ url: this.#request.url, label: 'The playlist' });
    if (playlist.kind === 'media') {
      const stream = this.#stream({ name: 'main', id: 'media' }, playlist);
      this.#addresses = new Map([['media', { url: this.#request.url, label: 'The playlist' }]]);
      return { streams: [stream], subtitles: [], lostSubtitles: [], overlookedSubtitles: [] };
    }
    if (this.#playlist === undefined) this.sessionKeys.fetch(playlist);
    this.#playlist = playlist;
    const { variant, streams, lost } = await this.#readStreams(await this.steering.apply(playlist));
    this.#isLoaded = true;
    return {
      variant,
      streams: streams.filter((stream) => !isSubtitles(stream)),
      subtitles: streams.filter(isSubtitles).map((each) => endedWith(streams[0], each)),
      lostSubtitles: lost,
      overlookedSubtitles: overlookedSubtitles(playlist, variant, this.#request.subtitles ?? 'none'),
    };
  }

  /** Goes on to the next place where the same streams can be had; false when there is none. The next `load` reads there. */
  moveOn(): boolean {
    return this.#places.fail();
  }

  /**
   * Goes to the place that steering wants by now, as the manifest was read last: to the first of those that are wanted more
   * whose streams are the same ones, by what is known of them here, and `fits`. Undefined where it stays. `pairs`: what a
   * live stream has listed there and here.
   */
  async steer(
    fits: (streams: readonly Stream[]) => boolean,
    signal: AbortSignal,
  ): Promise<{ streams: readonly Stream[]; pairs: readonly FragmentPair[] } | undefined> {
    if (this.#playlist === undefined) return undefined;
    const steered = this.steering.applyKnown(this.#playlist);
    this.#listPlaces(steered);
    const wanted = this.#places.wantedMore.filter(({ id }) => !this.#unfit.has(id));
    for (const place of wanted.slice(0, mostReadings)) {
      const outline = outlineOf(place, steered.playlist);
      const streams = await this.#readUnlessBroken(outline, signal);
      const pairs = streams && this.#pair(streams);
      if (streams && pairs && fits(streams)) {
        this.#use(place, outline, streams, 'steering');
        return { streams, pairs };
      }
      // A recording is what it is; a live stream that lags may catch up.
      if (streams && !this.#isLive) this.#unfit.add(place.id);
    }
    return undefined;
  }

  /** Reads the media playlists, at the next place where they cannot be had at this one. */
  async #readStreams(steered: Steered): Promise<OutlineStreams & { variant: Variant }> {
    this.#listPlaces(steered);
    for (;;) {
      const place = this.#places.next;
      const outline = outlineOf(place, steered.playlist);
      try {
        const { streams, lost } = await this.#readOutline(outline);
        // Where they can be had is better than where they cannot.
        const isElsewhere = !this.#isLoaded && lost.some(({ error }) => error instanceof TransferError);
        if (isElsewhere && this.#places.fail(place.id)) continue;
        this.#use(place, outline, streams, 'failure');
        return { variant: place.variant, streams, lost };
      } catch (error) {
        if (!(error instanceof TransferError) || !this.#places.fail(place.id)) throw error;
      }
    }
  }

  async #readOutline(outline: Outline, signal?: AbortSignal): Promise<OutlineStreams> {
    const streams: Stream[] = [];
    const lost: LostSubtitles[] = [];
    for (const { address, ...named } of outline) {
      const rest = signal ? { signal } : {};
      const { rendition } = named;
      if (rendition?.type === 'SUBTITLES') {
        const read = await this.#readSubtitles(named, address, rest, streams[0]?.live !== undefined);
        if (read instanceof EngineError) lost.push({ rendition, error: read });
        else streams.push(read);
      } else streams.push(this.#stream(named, await this.#reader.readMedia(address, rest)));
    }
    return { streams, lost };
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
      const limits = this.#isLoaded ? { tries: 1 } : { tries: isMainLive ? Math.min(tries, liveTries) : tries };
      return this.#stream(named, await this.#reader.readMedia(address, { ...rest, limits }));
    } catch (error) {
      if ((this.#isLoaded || isMainLive) && error instanceof EngineError) return error;
      throw error;
    }
  }

  async #readUnlessBroken(outline: Outline, signal: AbortSignal): Promise<Stream[] | undefined> {
    try {
      return (await this.#readOutline(outline, signal)).streams;
    } catch (error) {
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  }

  #listPlaces(steered: Steered): void {
    const { playlist } = steered;
    const chosen = chooseVariant(playlist, this.#request.variant ?? 'best');
    const { audio = 'default', subtitles = 'none' } = this.#request;
    const wished = [...chooseAudio(playlist, chosen, audio), ...chooseSubtitles(playlist, chosen, subtitles)];
    this.#places.list(placesOf(steered, chosen, wished));
  }

  /** From now on this is where the streams are. */
  #use(place: Place, outline: Outline, streams: readonly Stream[], why: Move['why']): void {
    this.#addresses = addressesOf(outline);
    this.#places.isRecovering = this.#isLive;
    if (this.#places.use(place)) {
      for (const { id, live } of streams) {
        const readings = this.#readings.get(id);
        if (live) readings?.moved(readings.pairWith(live.first) ?? []);
      }
      this.#moves++;
      this.#onMoved({ pathway: place.pathway, why });
    }
    this.steering.use(place.pathway);
  }

  /** What live streams have in common with what is known of them; undefined where a stream is another one there, or is over. */
  #pair(streams: readonly Stream[]): FragmentPair[] | undefined {
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

  get #isLive(): boolean {
    return this.#readings.size > 0;
  }

  #stream(name: Named, playlist: MediaPlaylist): Stream {
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
    const live = { first: playlist, plan, reload: this.#reloader(name.id, readings) };
    const { dateRanges } = readings;
    return { ...name, dateRanges, plan: { fragments: [], durationS: 0, gaps: 0 }, listed, live };
  }

  /** How a stream's playlist is read again; once its address has expired, where the multivariant playlist has it now. */
  #reloader(id: string, readings: LiveReadings): LiveStream['reload'] {
    let moves = this.#moves;
    return async (query, timeoutMs, signal) => {
      const limits = { tries: 1, firstByteMs: timeoutMs, noProgressMs: timeoutMs + 1000 };
      const read = async ({ url, ...rest }: Address) => {
        // What another place leaves out of a delta update is what it has listed, not what the one before has.
        const { _HLS_skip: skip, ...others } = query;
        const now = this.#moves;
        const asked = skip === undefined || moves !== now ? others : query;
        const playlist = await this.#reader.readMedia({ ...rest, url: withQuery(url, asked) }, { limits, signal });
        checkNothingLost(playlist);
        moves = now;
        return readings.take(playlist, asked['_HLS_skip'] === 'v2' ? 'v2' : 'YES');
      };
      const address = this.#addresses.get(id);
      try {
        if (address) return await read(address);
      } catch (error) {
        if (!(error instanceof TransferError) || (error.status !== 401 && error.status !== 403)) throw error;
      }
      if (this.#addresses.get(id) === address) await this.#findAnew(id);
      return await read(this.#addresses.get(id) ?? (address as Address));
    };
  }

  /** Reads the multivariant playlist again for the addresses that it has now. */
  async #findAnew(id: string): Promise<void> {
    const { url } = this.#request;
    if (id === 'media') return;
    const playlist = await this.#reader.read({ url, label: 'The playlist' });
    if (playlist.kind === 'multivariant') {
      this.#playlist = playlist;
      const steered = this.steering.applyKnown(playlist);
      this.#listPlaces(steered);
      this.#addresses = addressesOf(outlineOf(this.#places.next, steered.playlist));
      if (this.#addresses.has(id)) return;
    }
    throw new PlaylistError('HLS_PLAYLIST_CHANGED', 'The playlist does not list the stream any more.', {
      hint: 'Start the download again.',
      url,
    });
  }
}

/** Refuses what may not be asked for before anything is. `total`: how many fragments there are, for messages. */
export function checkAddresses(fragments: readonly Fragment[], playlistUrl: string, total = ''): void {
  const scheme = new URL(playlistUrl).protocol;
  for (const { index, gap, url, keys, map } of fragments) {
    if (gap) continue;
    const check = (resource: Resource, address: string | undefined, label: string) => {
      // The usual ones are not looked at closer: a playlist may list ten thousands.
      if (address === undefined || address.startsWith(scheme) || address.startsWith('https:')) return;
      checkAddress(address, playlistUrl, { resource, url: address, fragment: index, label });
    };
    check('fragment', url, `Fragment ${index + 1}${total}`);
    check('key', keys[0]?.url, `The key of fragment ${index + 1}`);
    check('init', map?.url, `The init segment of fragment ${index + 1}`);
    check('key', map?.keys[0]?.url, `The key of the init segment of fragment ${index + 1}`);
  }
}

function isEndMissing({ isLive, hasEnd }: MediaPlaylist): boolean {
  return !isLive && !hasEnd;
}

/** Beside a recording that is over, subtitles without an end tag are what is listed of them. */
function endedWith(main: Stream | undefined, { live, ...subtitles }: Stream): Stream {
  if (live && main?.live) return { ...subtitles, live };
  if (!live) return subtitles;
  return { ...subtitles, plan: { fragments: subtitles.listed, durationS: 0, gaps: 0 } };
}

function isSubtitles({ rendition }: Pick<Stream, 'rendition'>): boolean {
  return rendition?.type === 'SUBTITLES';
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const added = new URLSearchParams(query).toString();
  if (added === '') return url;
  const target = new URL(url);
  // As text: what is there may be signed, letter for letter.
  target.search = target.search === '' ? `?${added}` : `${target.search}&${added}`;
  return target.href;
}
