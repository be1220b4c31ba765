import type { ByteRange, Fragment, MediaPlaylist } from '../playlist/model.ts';

/** A fragment as one reading of a playlist lists it, and what to know it by in the next reading. */
export interface Entry {
  fragment: Fragment;
  /** Its address without the query, whose values are renewed, and its byte range. */
  address: string;
  /** File name, byte range and duration: what stays when the path holds a token. */
  form: string;
  /** When it begins: its EXT-X-PROGRAM-DATE-TIME, or reckoned from an earlier one; in milliseconds since 1970. */
  startMs?: number;
}

/** The fragments of a reading as entries. */
export function entriesOf(playlist: MediaPlaylist): Entry[] {
  let startMs: number | undefined;
  return playlist.fragments.map((fragment) => {
    // Dates don't run on across a discontinuity (RFC 8216bis §4.4.4.6).
    if (fragment.discontinuity) startMs = undefined;
    if (fragment.programDateTime !== undefined) startMs = Date.parse(fragment.programDateTime);
    const entry: Entry = {
      fragment,
      ...namesOf(fragment),
      ...(startMs === undefined || Number.isNaN(startMs) ? {} : { startMs }),
    };
    if (startMs !== undefined) startMs += fragment.durationS * 1000;
    return entry;
  });
}

function namesOf({ url, byteRange, durationS }: Fragment): { address: string; form: string } {
  const path = withoutQuery(url);
  const range = rangeText(byteRange);
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  return { address: path + range, form: `${fileName}${range} ${Math.round(durationS * 1000)}` };
}

/** An address without its query and fragment. */
export function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

export function rangeText(range: ByteRange | undefined): string {
  return range === undefined ? '' : ` ${range.length}@${range.offset}`;
}

/** Where an entry ends, in milliseconds since 1970. */
export function endMs({ startMs, fragment }: Entry): number | undefined {
  return startMs === undefined ? undefined : startMs + fragment.durationS * 1000;
}

/** How far two dates of one moment may lie apart, in milliseconds: origins round them and add up durations. */
export function dateToleranceMs({ fragment }: Entry): number {
  return Math.max(500, fragment.durationS * 500);
}

/**
 * Whether two entries of the same Media Sequence Number are the same fragment: `alike` where some of what they are known
 * by agrees and some does not.
 */
export function compareEntries(a: Entry, b: Entry): 'same' | 'alike' | 'other' {
  const areDated = a.startMs !== undefined && b.startMs !== undefined;
  const isSameDate = areDated && Math.abs(Number(a.startMs) - Number(b.startMs)) <= dateToleranceMs(a);
  if (isSameDate) return 'same';
  if (a.address === b.address) return areDated ? 'alike' : 'same';
  return a.form === b.form && !areDated ? 'alike' : 'other';
}
