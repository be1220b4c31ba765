import { joinAt, type JoinPoint } from '../live/join.ts';
import type { Fragment, MediaPlaylist } from '../playlist/model.ts';
import type { MainLine, Stretch } from './mainLine.ts';

/** What is known of a segment of recorded subtitles. */
export interface SegmentRecord {
  sequence: number;
  durationS: number;
  /** Running time of its own playlist from the first segment on, what was missed included. Seconds. */
  runS: number;
  discontinuitySequence: number;
  /** EXT-X-DISCONTINUITY before it, or numbers that began anew. */
  isDiscontinuity: boolean;
  /** When it begins, in milliseconds since 1970; absent where the playlist is not dated. */
  dateMs?: number;
}

export interface SegmentPlace {
  /** Running time of the main stream, below 0 before the recording begins. */
  startS: number;
  /** Whose clock its times are on; nothing as long as nothing is recorded. */
  stretch: Stretch | undefined;
  /** Its date says where it begins. */
  isDated: boolean;
}

/** How far a discontinuity of the subtitles may be reckoned from the same one of the main stream, in seconds. */
const resyncS = 30;
/** Playlists whose last segments have numbers that differ by no more are numbered alike. */
const numberSlack = 2;

/**
 * Finds where segments are on the main stream's time line: by their dates where both have some; else by running time, set
 * right at discontinuities that both have (RFC 8216bis §6.2.4 has renditions count them alike).
 */
export class SegmentPlacer {
  readonly #line: MainLine;
  readonly #slackS: number;
  #originS: number;

  /** `originS`: where the first segment begins, as far as is known; `slackS`: how wrong that may be. */
  constructor(line: MainLine, originS: number, slackS: number) {
    this.#line = line;
    this.#originS = originS;
    this.#slackS = slackS;
  }

  /** The place of the next segment. */
  place({ runS, durationS, dateMs, isDiscontinuity, discontinuitySequence }: SegmentRecord): SegmentPlace {
    const datedS = dateMs === undefined ? undefined : this.#line.timeOf(dateMs);
    let startS = datedS ?? this.#originS + runS;
    if (datedS === undefined && isDiscontinuity) {
      const same = this.#line.stretches.find((stretch) => stretch.discontinuitySequence === discontinuitySequence);
      if (same && same.startS > 0 && Math.abs(same.startS - startS) <= resyncS) startS = same.startS;
    }
    // The dates may end.
    this.#originS = startS - runS;
    const stretch = this.#line.stretchAt(startS + durationS / 2, discontinuitySequence, this.#slackS);
    return { startS, stretch, isDated: datedS !== undefined };
  }
}

/**
 * Where the first segment of a subtitles playlist begins on the main stream's time line, whose 0 is the fragment that is
 * joined: by their numbers where both playlists count alike, else by their ends, which are both the live edge. `undefined`
 * where one of them lists nothing.
 */
export function originOf(main: MediaPlaylist, from: JoinPoint, text: MediaPlaylist): number | undefined {
  const [first, mainFirst] = [text.fragments[0], main.fragments[0]];
  if (!first || !mainFirst) return undefined;
  const beforeS = lengthS(main.fragments.slice(0, joinAt(main, from)));
  if (!areNumberedAlike(main, text)) return lengthS(main.fragments) - beforeS - lengthS(text.fragments);
  const offset = first.sequence - mainFirst.sequence;
  const toFirstS = offset < 0 ? offset * usualLengthS(text) : lengthS(main.fragments.slice(0, offset));
  return toFirstS - beforeS;
}

/** Whether the numbers of both playlists say which of their segments are of the same time. */
export function areNumberedAlike(main: MediaPlaylist, text: MediaPlaylist): boolean {
  const [last, mainLast] = [text.fragments.at(-1), main.fragments.at(-1)];
  if (!last || !mainLast) return false;
  return Math.abs(last.sequence - mainLast.sequence) <= numberSlack && isNear(usualLengthS(text), usualLengthS(main));
}

function usualLengthS({ fragments }: MediaPlaylist): number {
  return lengthS(fragments) / fragments.length;
}

function lengthS(fragments: readonly Fragment[]): number {
  return fragments.reduce((sum, { durationS }) => sum + durationS, 0);
}

function isNear(left: number, right: number): boolean {
  return Math.abs(left - right) <= 0.1 * Math.max(left, right);
}
