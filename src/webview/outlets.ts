import type { Frame } from '../profile/model.ts';
import { frameText, stackText, type Copy } from './copying.ts';
import type { Facts } from './facts.ts';
import { formatShare, formatWeight } from './format.ts';
import { functionRows, sortRows, tableText, type FunctionRow, type Sorting } from './functionTable.ts';
import type { PageMessage } from './messages.ts';
import { drawPicture } from './picture.ts';
import { hasSource } from './source.ts';
import type { Theme } from './theme.ts';
import type { Shown, View } from './view.ts';

/** Asks for the source of a frame; nothing for one that has none on disk. */
export function sourceMessage(frame: Frame | undefined): PageMessage | undefined {
  if (frame?.file === undefined || !hasSource(frame)) return undefined;
  const { file, line, column } = frame;
  return {
    type: 'openSource',
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

/** What can be copied: of a node, or of the table as it stands where it is shown. */
export interface Copyable {
  node: number;
  rows: readonly FunctionRow[] | undefined;
  sorting: Sorting;
}

/** The text to copy; undefined where there is none. */
export function copiedText(what: Copy, { facts, unit }: Shown, { node, rows, sorting }: Copyable): string | undefined {
  const frame = facts.frameOf(node);
  switch (what) {
    case 'frame':
      return frame && frameText(frame);
    case 'stack':
      return frame && stackText(stackTo(facts, node));
    case 'tsv':
    case 'markdown':
      return tableText(rows ?? sortRows(functionRows(facts), sorting), what, facts.weight, unit);
  }
}

function stackTo(facts: Facts, node: number): Frame[] {
  return facts.pathTo(node).flatMap((at) => facts.frameOf(at) ?? []);
}

/** Draws what a view shows, with the profile's name over it; undefined for a view that is no picture. */
export async function pictureMessage(
  view: View,
  shown: Shown,
  { title, total, theme }: { title: string; total: number; theme: Theme },
): Promise<PageMessage | undefined> {
  const parts = view.scenes();
  if (parts.length === 0) return undefined;
  const { facts, colouring, colours, threadName, unit, isPart } = shown;
  const trail = view.trail();
  const zoomed = trail.length > 1 ? trail.at(-1)?.label : undefined;
  const chosen = isPart ? `${formatShare(facts.weight, total)} chosen` : undefined;
  const words = [threadName, formatWeight(facts.weight, unit), chosen, zoomed].filter((word) => word !== undefined);
  const png = await drawPicture({ title, facts: words.join(' · '), parts, groups: colouring.groups, colours, theme });
  return { type: 'picture', png, name: `${title}.${view.name}.png` };
}
