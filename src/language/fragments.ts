import { readAttributes, type Attributes } from '../engine/playlist/attributes.ts';
import { TAGS } from '../engine/playlist/lint/tagTable.ts';
import type { Line, TagLine } from '../engine/playlist/lines.ts';
import { readDecimal, readInteger } from '../engine/playlist/numbers.ts';

/** A fragment as the text has it; lines count from 0, `to` is that of the URI. */
export interface WrittenFragment {
  from: number;
  to: number;
  uri: string;
  /** 0 where the EXTINF gives none. */
  durationS: number;
  title: string;
  sequence: number;
}

/** What stands between two discontinuities. */
export interface Section {
  from: number;
  to: number;
  fragments: WrittenFragment[];
}

/** The fragments of a media playlist, in sections at each EXT-X-DISCONTINUITY. Linear. */
export function readSections(lines: readonly Line[]): Section[] {
  const sections: Section[] = [];
  let section: Section | undefined;
  let from: number | undefined;
  let extinf: TagLine | undefined;
  let sequence = firstSequence(lines);
  for (const line of lines) {
    if (line.kind === 'tag') {
      if (!isOfFragment(line.name)) continue;
      if (line.name === 'EXT-X-DISCONTINUITY') section = undefined;
      if (line.name === 'EXTINF') extinf = line;
      from ??= line.line - 1;
      continue;
    }
    const to = line.line - 1;
    const fragment = { from: from ?? to, to, uri: line.text, ...readExtinf(extinf), sequence: sequence++ };
    if (section === undefined) sections.push((section = { from: fragment.from, to, fragments: [] }));
    section.fragments.push(fragment);
    section.to = to;
    from = extinf = undefined;
  }
  return sections;
}

/** Tags of a fragment and those that are not known, which stand where packagers put them: before the fragment. */
function isOfFragment(name: string): boolean {
  return TAGS.get(name)?.section?.startsWith('4.4.4.') ?? true;
}

function firstSequence(lines: readonly Line[]): number {
  const find = (name: string): TagLine | undefined =>
    lines.find((line): line is TagLine => line.kind === 'tag' && line.name === name);
  const skip = find('EXT-X-SKIP');
  const skipped = skip === undefined ? undefined : writtenAttributes(skip).get('SKIPPED-SEGMENTS')?.value;
  return (readInteger(find('EXT-X-MEDIA-SEQUENCE')?.value ?? '') ?? 0) + (readInteger(skipped ?? '') ?? 0);
}

function readExtinf(extinf: TagLine | undefined): Pick<WrittenFragment, 'durationS' | 'title'> {
  const [duration = '', ...title] = (extinf?.value ?? '').split(',');
  return { durationS: readDecimal(duration.trim()) ?? 0, title: title.join(',').trim() };
}

/** The longest EXTINF in whole seconds, as a target duration has to be (RFC 8216bis §4.4.3.1); nothing without one. */
export function longestFragmentS(lines: readonly Line[]): number | undefined {
  let longest: number | undefined;
  for (const line of lines) {
    if (line.kind !== 'tag' || line.name !== 'EXTINF') continue;
    longest = Math.max(longest ?? 1, Math.round(readExtinf(line).durationS));
  }
  return longest;
}

/** A tag's attributes, variables as they are written. */
export function writtenAttributes(tag: TagLine): Attributes {
  return readAttributes(tag, (text) => text);
}
