import type { CallTree } from '../profile/model.ts';
import { TimeChart, selfWithin } from '../profile/timeChart.ts';
import { colourNodes, coloursOf, type ColourMode } from './colouring.ts';
import { Facts } from './facts.ts';
import { wholeName } from './panels.ts';
import type { ProfileStore, StoredThread } from './profileStore.ts';
import type { Theme } from './theme.ts';
import type { TimeRange } from './timeAxis.ts';
import type { Shown } from './view.ts';
import type { Orientation } from './viewport.ts';
import { t } from './l10n.ts';

/** What decides what is shown of a profile. */
export interface Showing {
  thread: number;
  showIdle: boolean;
  colour: ColourMode;
  orientation: Orientation;
  /** Of the time that all panes share; undefined for all of it. */
  chosen: TimeRange | undefined;
  theme: Theme;
}

/** Makes what the views show, and keeps what is costly as long as what it depends on stays the same. */
export class ShownCache {
  #facts: { key: readonly unknown[]; made: Facts } | undefined;
  #chart: { key: readonly unknown[]; made: TimeChart } | undefined;

  /** Undefined until the thread's stacks are here. */
  show(store: ProfileStore, showing: Showing): Shown | undefined {
    const { colour, orientation, theme, chosen, showIdle } = showing;
    const thread = store.thread(showing.thread);
    if (thread === undefined) return undefined;
    const facts = this.#factsOf(thread, showing);
    const isPart = chosen !== undefined && thread.times !== undefined;
    return {
      threadName: store.head.threads[showing.thread]?.name ?? '',
      unit: store.head.unit,
      whole: isPart ? t('the chosen time') : wholeName(store.head, showIdle),
      isPart,
      facts,
      colouring: colourNodes(facts, colour),
      colours: coloursOf(colour, theme.scheme),
      chart: this.#chartOf(thread, showIdle),
      orientation,
    };
  }

  #factsOf(thread: StoredThread, { showIdle, chosen }: Showing): Facts {
    const key = [thread.tree, chosen && thread.times, showIdle, chosen];
    if (this.#facts !== undefined && isSame(this.#facts.key, key)) return this.#facts.made;
    const tree: CallTree =
      chosen === undefined || thread.times === undefined
        ? thread.tree
        : { ...thread.tree, self: selfWithin(thread.tree, thread.times, chosen) };
    const made = new Facts({ tree, decisions: thread.decisions }, { hideIdle: !showIdle });
    this.#facts = { key, made };
    return made;
  }

  #chartOf({ tree, times }: StoredThread, showIdle: boolean): TimeChart | undefined {
    if (times === undefined) return undefined;
    const key = [tree, times, showIdle];
    if (this.#chart !== undefined && isSame(this.#chart.key, key)) return this.#chart.made;
    const made = new TimeChart(tree, times, { hideIdle: !showIdle });
    this.#chart = { key, made };
    return made;
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.every((value, index) => value === other[index]);
}
