import type { CheckedRequest } from './checkRequest.ts';
import { PlaylistError, TransferError, type Resource } from './errors.ts';
import { fetchPlaylist } from './fetchPlaylist.ts';
import { checkNothingLost, planDownload, planLive, type LivePlan, type Plan } from './plan.ts';
import {
  alternativesTo,
  chooseAudio,
  chooseVariant,
  counterpartOf,
  pathwayOf,
  type Alternative,
} from './playlist/choose.ts';
import { chooseSubtitles } from './playlist/chooseSubtitles.ts';
import type { DateRange, Fragment, MediaPlaylist, Playlist, Rendition, Variant } from './playlist/model.ts';
import { readPlaylist } from './playlist/read.ts';
import { Steering, type Steered } from './steering/steering.ts';
import type { Client, Transfer } from './transport/client.ts';
import { transferError } from './transport/faults.ts';
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
  /** EXT-X-DATERANGE of its playlist: programmes, interstitials. */
  dateRanges?: readonly DateRange[];
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
}

/** Where a stream's playlist is, in today's multivariant playlist. */
interface Place {
  url: string;
  label: string;
  imports?: Readonly<Record<string, string>> | undefined;
}

/** How often a recording's playlist without an end tag is read in the hope for one. */
const readingsForTheEnd = 3;
const newline = 0x0a;

/** Reads the playlists of one request. What it rejects with is an EngineError, or the signal's reason. */
export class SourceLoader {
  readonly #request: CheckedRequest;
  readonly #client: Client;
  readonly #steering: Steering;
  /** Which of the places that have the same streams is asked, and how many there are (RFC 8216bis §6.2.4, §7). */
  #place = 0;
  #places = 1;
  /** The origin ends its lists without a line end, as it seems: time and again. */
  #hasOpenLines = false;

  constructor(request: CheckedRequest, client: Client) {
    this.#request = request;
    this.#client = client;
    this.#steering = new Steering(client);
  }

  /** Reads them all and plans the download. */
  async load(): Promise<Source> {
    const playlist = await this.#read({ url: this.#request.url, label: 'The playlist' });
    if (playlist.kind === 'media')
      return { streams: [this.#stream({ name: 'main', id: 'media' }, playlist)], subtitles: [] };
    const { variant, streams } = await this.#readStreams(await this.#steering.apply(playlist));
    const isSubtitles = ({ rendition }: Stream) => rendition?.type === 'SUBTITLES';
    const subtitles = streams.filter(isSubtitles);
    if (subtitles.some(({ live }) => live)) throw liveSubtitles(this.#request.url);
    return { variant, streams: streams.filter((stream) => !isSubtitles(stream)), subtitles };
  }

  /** Goes on to the next place where the same streams can be had; false when there is none. The next `load` reads there. */
  moveOn(): boolean {
    if (this.#place + 1 >= this.#places) return false;
    this.#place++;
    return true;
  }

  /** Reads the media playlists, at the next place where they cannot be had at this one. */
  async #readStreams(steered: Steered): Promise<{ variant: Variant; streams: Stream[] }> {
    for (;;) {
      const { variant, outline } = this.#outline(steered);
      try {
        const streams: Stream[] = [];
        for (const { place, ...named } of outline) {
          streams.push(this.#stream(named, asMedia(await this.#read(place), place)));
        }
        return { variant, streams };
      } catch (error) {
        if (!(error instanceof TransferError) || !this.moveOn()) throw error;
      }
    }
  }

  /** The streams of a multivariant playlist at the place of today, not read yet. */
  #outline({ playlist, pathways }: Steered): { variant: Variant; outline: (Named & { place: Place })[] } {
    const chosen = chooseVariant(playlist, this.#request.variant ?? 'best');
    const { audio: wishedAudio = 'default', subtitles: wishedSubtitles = 'none' } = this.#request;
    const wished = [
      ...chooseAudio(playlist, chosen, wishedAudio),
      ...chooseSubtitles(playlist, chosen, wishedSubtitles),
    ];
    const places = placesOf({ playlist, pathways: pathways ?? [] }, chosen, wished);
    this.#places = places.length;
    const { variant, renditions } = places[Math.min(this.#place, places.length - 1)] as Alternative;
    const imports = playlist.variables;
    const id = variantId(variant);
    const { bandwidth } = variant;
    const main = { name: 'main', id, bandwidth, place: { url: variant.url, label: "The variant's playlist", imports } };
    const separate = renditions.flatMap((rendition) => {
      const { type, url, language, name: title } = rendition;
      // Without an address it is carried by the variant itself.
      if (url === undefined) return [];
      const kind = type === 'AUDIO' ? 'audio' : 'subtitles';
      const name = `${kind}.${language ?? title}`;
      const label = `The playlist of the ${kind} "${title}"`;
      return [{ name, id: `${name} ${title} with ${id}`, rendition, bandwidth, place: { url, label, imports } }];
    });
    return { variant, outline: [main, ...separate] };
  }

  #stream(name: Named, playlist: MediaPlaylist): Stream {
    const { dateRanges } = playlist;
    const named = { ...name, ...(dateRanges ? { dateRanges } : {}) };
    if (!playlist.isLive) {
      const plan = planDownload(playlist, this.#request.durationS);
      checkAddresses(plan.fragments, playlist.url, ` of ${plan.fragments.length}`);
      return { ...named, plan, listed: plan.fragments, ...(isEndMissing(playlist) ? { isEndMissing: true } : {}) };
    }
    const plan = planLive(playlist);
    const listed = plan.settle(playlist.fragments);
    const live = { first: playlist, plan, reload: this.#reloader(name.id) };
    return { ...named, plan: { fragments: [], durationS: 0, gaps: 0 }, listed, live };
  }

  /** How a stream's playlist is read again; once its address has expired, where the multivariant playlist has it now. */
  #reloader(id: string): LiveStream['reload'] {
    let place: Promise<Place> | undefined;
    return async (query, timeoutMs, signal) => {
      const limits = { tries: 1, firstByteMs: timeoutMs, noProgressMs: timeoutMs + 1000 };
      const read = async () => {
        place ??= this.#find(id);
        const { url, ...rest } = await place;
        const playlist = asMedia(await this.#read({ ...rest, url: withQuery(url, query) }, { limits, signal }), rest);
        checkNothingLost(playlist);
        return playlist;
      };
      try {
        return await read();
      } catch (error) {
        place = undefined;
        if (!(error instanceof TransferError) || (error.status !== 401 && error.status !== 403)) throw error;
        return await read();
      }
    };
  }

  async #find(id: string): Promise<Place> {
    const { url } = this.#request;
    if (id === 'media') return { url, label: 'The playlist' };
    const playlist = await this.#read({ url, label: 'The playlist' });
    const steered = playlist.kind === 'media' ? undefined : await this.#steering.apply(playlist);
    const found = steered && this.#outline(steered).outline.find((each) => each.id === id);
    if (found) return found.place;
    throw new PlaylistError('HLS_PLAYLIST_CHANGED', 'The playlist does not list the stream any more.', {
      hint: 'Start the download again.',
      url,
    });
  }

  /** Fetches and reads one playlist; its URIs are relative to where redirects led. */
  async #read({ url, label, imports }: Place, rest: Pick<Transfer, 'limits' | 'signal'> = {}): Promise<Playlist> {
    let playlist: Playlist | undefined;
    let readings = 0;
    const accept = (text: Buffer, finalUrl: string) => {
      playlist = readPlaylist(text, finalUrl, { imports });
      if (playlist.kind !== 'media' || playlist.hasEnd) return;
      // Whatever HTTP says: a copy that was cut off in a cache is whole to it.
      const isOpen = text.at(-1) !== newline && !this.#hasOpenLines;
      if (!isOpen && playlist.isLive) return;
      if (++readings >= readingsForTheEnd && (playlist.isLive || !isOpen)) {
        this.#hasOpenLines ||= isOpen;
        return;
      }
      const what = playlist.isLive
        ? 'its last line has no end, so the address in it may be cut off'
        : 'it says that it is whole (VOD), but #EXT-X-ENDLIST is missing, and more with it perhaps';
      throw transferError({ resource: 'playlist', url, label }, 'TRUNCATED', what);
    };
    const maxBytes = this.#request.limits.playlistBytes;
    await fetchPlaylist(this.#client, { url, label, accept, maxBytes, ...rest });
    return playlist as Playlist;
  }
}

type Named = Pick<Stream, 'name' | 'id' | 'rendition' | 'bandwidth'>;

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

/**
 * Where a variant and the renditions that were chosen with it can be had, the most wanted pathway first; those that
 * steering has withdrawn are left out.
 */
function placesOf(
  { playlist, pathways }: Required<Steered>,
  chosen: Variant,
  wished: readonly Rendition[],
): Alternative[] {
  const isSteered = pathways.length > 0;
  const others = alternativesTo(playlist, chosen, isSteered ? pathways : undefined).flatMap((alternative) => {
    const renditions = wished.map((rendition) => counterpartOf(rendition, alternative));
    return renditions.every((rendition) => rendition !== undefined) ? [{ ...alternative, renditions }] : [];
  });
  const own = { variant: chosen, renditions: wished };
  if (!isSteered) return [own, ...others];
  const rank = ({ variant }: Alternative) => pathways.indexOf(pathwayOf(variant));
  const wanted = [own, ...others].filter((place) => rank(place) !== -1).toSorted((a, b) => rank(a) - rank(b));
  return wanted.length > 0 ? wanted : [own];
}

function isEndMissing({ isLive, hasEnd }: MediaPlaylist): boolean {
  return !isLive && !hasEnd;
}

function variantId({ bandwidth, width, height, frameRate, codecs }: Variant): string {
  return [bandwidth, `${width ?? ''}x${height ?? ''}`, frameRate, codecs].join(' ');
}

function liveSubtitles(url: string): PlaylistError {
  return new PlaylistError('HLS_PLAYLIST_SUBTITLES', 'Subtitles of a live stream cannot be recorded yet.', {
    hint: 'Record without them.',
    url,
  });
}

function asMedia(playlist: Playlist, { label }: Pick<Place, 'label'>): MediaPlaylist {
  if (playlist.kind === 'media') return playlist;
  throw new PlaylistError('HLS_PLAYLIST_SYNTAX', `${label} is a multivariant playlist again.`, {
    hint: 'RFC 8216bis allows one level; pass the URL of a media playlist.',
    url: playlist.url,
  });
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const added = new URLSearchParams(query).toString();
  if (added === '') return url;
  const target = new URL(url);
  // As text: what is there may be signed, letter for letter.
  target.search = target.search === '' ? `?${added}` : `${target.search}&${added}`;
  return target.href;
}
