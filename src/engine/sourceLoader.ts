import type { CheckedRequest } from './checkRequest.ts';
import { PlaylistError, TransferError } from './errors.ts';
import { addressesOf, outlineOf, type Outline } from './outline.ts';
import { chooseAudio, chooseVariant } from './playlist/choose.ts';
import { chooseSubtitles, overlookedSubtitles } from './playlist/chooseSubtitles.ts';
import type { MultivariantPlaylist, Variant } from './playlist/model.ts';
import { PlaylistReader, type Address } from './playlistReader.ts';
import type { FragmentPair } from './sameFragment.ts';
import { SessionKeys } from './sessionKeys.ts';
import type { Move, Source, Stream } from './source.ts';
import { Places, placesOf, type Place } from './steering/places.ts';
import { Steering, type Steered } from './steering/steering.ts';
import { StreamReader, type OutlineStreams } from './streamReader.ts';
import type { Client } from './transport/client.ts';

/** So many of the places that steering wants more are read before it is asked again. */
const mostReadings = 3;

/** Reads the playlists of one request. What it rejects with is an EngineError, or the signal's reason. */
export class SourceLoader {
  readonly steering: Steering;
  /** The keys that the multivariant playlist announces, by their URL. */
  readonly sessionKeys: SessionKeys;
  readonly #request: CheckedRequest;
  readonly #reader: PlaylistReader;
  readonly #streams: StreamReader;
  readonly #onMoved: (move: Move) => void;
  readonly #places = new Places();
  /** Places whose streams are not the same ones. */
  readonly #unfit = new Set<string>();
  /** As it was read last. */
  #playlist: MultivariantPlaylist | undefined;
  /** By the streams' `id`. */
  #addresses: ReadonlyMap<string, Address> = new Map();
  #moves = 0;

  constructor(request: CheckedRequest, client: Client, onMoved: (move: Move) => void) {
    this.#request = request;
    this.#reader = new PlaylistReader(client, request.limits.playlistBytes);
    this.#streams = new StreamReader(request, this.#reader, {
      moves: () => this.#moves,
      addressOf: (id) => this.#addresses.get(id),
      findAnew: (id) => this.#findAnew(id),
    });
    this.#onMoved = onMoved;
    this.steering = new Steering(client);
    this.sessionKeys = new SessionKeys(client);
  }

  /** Reads them all and plans the download. */
  async load(): Promise<Source> {
    const playlist = await this.#reader.read({ url: this.#request.url, label: 'The playlist' });
    if (playlist.kind === 'media') {
      const stream = this.#streams.streamOf({ name: 'main', id: 'media' }, playlist);
      this.#addresses = new Map([['media', { url: this.#request.url, label: 'The playlist' }]]);
      return { streams: [stream], subtitles: [], lostSubtitles: [], overlookedSubtitles: [] };
    }
    if (this.#playlist === undefined) this.sessionKeys.fetch(playlist);
    this.#playlist = playlist;
    const { variant, streams, lost } = await this.#readStreams(await this.steering.apply(playlist));
    this.#streams.isRenewing = true;
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
      const streams = await this.#streams.readUnlessBroken(outline, signal);
      const pairs = streams && this.#streams.pair(streams);
      if (streams && pairs && fits(streams)) {
        this.#use(place, outline, streams, 'steering');
        return { streams, pairs };
      }
      // A recording is what it is; a live stream that lags may catch up.
      if (streams && !this.#streams.isLive) this.#unfit.add(place.id);
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
        const { streams, lost } = await this.#streams.read(outline);
        // Where they can be had is better than where they cannot.
        const isElsewhere = !this.#streams.isRenewing && lost.some(({ error }) => error instanceof TransferError);
        if (isElsewhere && this.#places.fail(place.id)) continue;
        this.#use(place, outline, streams, 'failure');
        return { variant: place.variant, streams, lost };
      } catch (error) {
        if (!(error instanceof TransferError) || !this.#places.fail(place.id)) throw error;
      }
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
    this.#places.isRecovering = this.#streams.isLive;
    if (this.#places.use(place)) {
      this.#streams.moved(streams);
      this.#moves++;
      this.#onMoved({ pathway: place.pathway, why });
    }
    this.steering.use(place.pathway);
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

/** Beside a recording that is over, subtitles without an end tag are what is listed of them. */
function endedWith(main: Stream | undefined, { live, ...subtitles }: Stream): Stream {
  if (live && main?.live) return { ...subtitles, live };
  if (!live) return subtitles;
  return { ...subtitles, plan: { fragments: subtitles.listed, durationS: 0, gaps: 0 } };
}

function isSubtitles({ rendition }: Pick<Stream, 'rendition'>): boolean {
  return rendition?.type === 'SUBTITLES';
}
