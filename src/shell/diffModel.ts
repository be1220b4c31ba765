import { rankChanges, type DiffSide, type ProfileDiff } from '../profile/diff.ts';
import type { FrameChange } from '../profile/diffTree.ts';
import type { DiffModel, PairRow, SideModel } from '../webview/diffMessages.ts';
import type { CounterRow } from '../webview/messages.ts';
import { t as english } from '../webview/l10n.ts';
import { gateReadings } from './flamegraphModel.ts';
import type { Translate } from './profilePage.ts';

/** Functions of the table; the graph and its search have all. */
const LISTED = 100;

/** All that the page of a difference shows, in words of `t`. `title` is what its tab says. */
export function diffModel(diff: ProfileDiff, title: string, jobs: PairRow[], t: Translate = english): DiffModel {
  const { unit, before, after, tree, busy, decisions, categories } = diff;
  return {
    title,
    unit,
    before: sideModel(before, t),
    after: sideModel(after, t),
    tree: { ...tree, ...busy },
    decisions,
    frames: listed(diff.frames),
    categories,
    jobs,
  };
}

function sideModel({ name, samples, total, idle, gate, lost }: DiffSide, t: Translate): SideModel {
  return { name, samples, busy: total - idle, idle, gate: gateReadings(gate, t), lost };
}

/** What changed most in either way of counting. */
function listed(frames: readonly FrameChange[]): FrameChange[] {
  const bases = ['share', 'weight'] as const;
  const changed = bases.flatMap((basis) => rankChanges(frames, {}, basis).slice(0, LISTED));
  return [...new Set(changed)].filter(({ self, total }) => self.before !== self.after || total.before !== total.after);
}

/** The counters of two jobs side by side; those that one of them lacks are left out. */
export function pairCounters(before: readonly CounterRow[], after: readonly CounterRow[]): PairRow[] {
  return before.flatMap(({ label, value, note }) => {
    const other = after.find((row) => row.label === label);
    return other === undefined ? [] : [{ label, before: value, after: other.value, note }];
  });
}
