import type { Fragment, MediaPlaylist } from '../../../../src/engine/playlist/model.ts';

/** A reading written by hand: fragments `from` to `to` by sequence, each of 2 s unless it says otherwise. */
export interface Listed extends Partial<Omit<MediaPlaylist, 'fragments'>> {
  from: number;
  to: number;
  /** What the addresses of all begin with. */
  base?: string;
  query?: string;
  /** The fragment of this sequence begins at this time, in seconds since 1970. */
  dated?: { sequence: number; atS: number };
  /** More about the fragments with these sequences. */
  details?: Readonly<Record<number, Partial<Fragment>>>;
}

export const usualBase = 'https://cdn.example/live/';

export function playlist(listed: Listed): MediaPlaylist {
  const { from, to, base = usualBase, query = '', dated, details = {}, ...more } = listed;
  let discontinuitySequence = more.discontinuitySequence ?? 0;
  const fragments = Array.from({ length: to - from + 1 }, (_, index): Fragment => {
    const sequence = from + index;
    const extra = details[sequence] ?? {};
    if (extra.discontinuity === true) discontinuitySequence++;
    return {
      index,
      sequence,
      discontinuitySequence,
      url: `${base}seg${sequence}.ts${query}`,
      durationS: 2,
      keys: [],
      discontinuity: false,
      gap: false,
      ...(dated?.sequence === sequence ? { programDateTime: new Date(dated.atS * 1000).toISOString() } : {}),
      ...extra,
    };
  });
  return {
    kind: 'media',
    url: `${base}index.m3u8`,
    isLive: more.hasEnd !== true,
    targetDurationS: 2,
    mediaSequence: from,
    fragments,
    findings: [],
    ...more,
  };
}

/** A delta update of it: without its first `skipped` fragments. */
export function deltaOf(whole: MediaPlaylist, skipped: number): MediaPlaylist {
  const missing = whole.fragments.slice(0, skipped).filter(({ discontinuity }) => discontinuity).length;
  const fragments = whole.fragments.slice(skipped).map((fragment, index) => {
    const listed = { ...fragment, index, discontinuitySequence: fragment.discontinuitySequence - missing };
    delete listed.map;
    return listed;
  });
  return { ...whole, skipped, fragments };
}
