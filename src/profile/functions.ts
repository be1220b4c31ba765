import type { Category, Decision, Decisions } from './categories.ts';
import type { CallTree } from './model.ts';
import { addUpwards, totalsByFrame } from './tree.ts';

/** A function of one tree, merged over all its stacks. */
export interface FunctionWeight {
  /** Index in the tree's frames. */
  frame: number;
  /** Weight of the samples that ended in it. */
  self: number;
  /** Weight of the samples that it occurs in, each sample once however often it recurs. */
  total: number;
  /** Of several the one with the most self weight; of the stacks through it for a function without. */
  category: Category;
}

/** All functions with weight, in no order; stacks that are idle count nowhere. */
export function weighFunctions(tree: CallTree, { list, of }: Decisions): FunctionWeight[] {
  const idle = list.map(({ category }: Decision) => category === 'idle');
  const busy = Float64Array.from(tree.self, (self, node) => (idle[of[node] ?? 0] === true ? 0 : self));
  const nodeTotal = addUpwards(tree.parent, busy);
  const totals = totalsByFrame(tree, nodeTotal);
  const self = new Float64Array(tree.frames.length);
  const most = new Float64Array(tree.frames.length).fill(-1);
  const category = new Array<Category>(tree.frames.length).fill('unknown');
  for (let node = 0; node < busy.length; node += 1) {
    const frame = tree.frame[node] ?? 0;
    const own = busy[node] ?? 0;
    self[frame] = (self[frame] ?? 0) + own;
    if ((nodeTotal[node] ?? 0) <= 0 || own <= (most[frame] ?? 0)) continue;
    most[frame] = own;
    category[frame] = list[of[node] ?? 0]?.category ?? 'unknown';
  }
  const functions: FunctionWeight[] = [];
  for (const [frame, total] of totals.entries()) {
    if (total > 0) functions.push({ frame, self: self[frame] ?? 0, total, category: category[frame] ?? 'unknown' });
  }
  return functions;
}
