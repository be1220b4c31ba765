import type { CallTree, SampleTimes } from '../model.ts';
import type { TimesBuilder } from '../sampleTimes.ts';
import { TreeBuilder, type TreeBudget } from '../tree.ts';
import { finite } from './json.ts';

/** An event of a span of time as the file has it: its beginning, its end, or both in one. */
export interface Span {
  phase: 'B' | 'E' | 'X';
  name: string | undefined;
  startUs: unknown;
  lengthUs: unknown;
}

/** What did not fit, counted over all threads. */
export interface SpanOddities {
  overlapping: number;
  unmatched: number;
}

interface Edge {
  phase: Span['phase'];
  name: string | undefined;
  atUs: number;
  /** Infinite for a beginning: its end is an event of its own. */
  endUs: number;
}

interface Open {
  name: string | undefined;
  /** Was it begun by an event of its own, so that another one ends it? */
  isBegun: boolean;
  node: number;
  endUs: number;
}

/**
 * The call tree of a thread's spans: a span inside another one is called by it, and the time of a span without the spans inside it is its
 * own. Weights are microseconds, `samples` counts the spans.
 */
export function durationTree(
  spans: readonly Span[],
  budget: TreeBudget,
  odd: SpanOddities,
  times: TimesBuilder,
): { tree: CallTree; samples: number; times?: SampleTimes } {
  const thread = new ThreadSpans(new TreeBuilder(budget), odd, times);
  for (const edge of inOrder(spans, odd)) {
    thread.advance(edge.atUs);
    if (edge.phase === 'E') thread.close(edge.name);
    else thread.open(edge);
  }
  return thread.finish();
}

/** Edges by time. At the same time, beginnings and ends stay in the order of the file and whole spans follow, the longest first. */
function inOrder(spans: readonly Span[], odd: SpanOddities): Edge[] {
  const edges: Edge[] = [];
  for (const { phase, name, startUs, lengthUs } of spans) {
    const atUs = finite(startUs);
    const length = finite(lengthUs);
    if (atUs === undefined || (phase === 'X' && (length === undefined || length < 0))) odd.unmatched++;
    else edges.push({ phase, name, atUs, endUs: phase === 'X' ? atUs + (length ?? 0) : Infinity });
  }
  const isWhole = ({ phase }: Edge): number => (phase === 'X' ? 1 : 0);
  return edges.sort(
    (a, b) =>
      a.atUs - b.atUs || isWhole(a) - isWhole(b) || (a.phase === 'X' && b.phase === 'X' ? b.endUs - a.endUs : 0),
  );
}

/** The spans that are open on a thread while time goes on. */
class ThreadSpans {
  readonly #builder: TreeBuilder;
  readonly #odd: SpanOddities;
  readonly #times: TimesBuilder;
  readonly #open: Open[] = [];
  /** How many beginnings of a name are open: without it, an end that ends nothing would search the whole stack. */
  readonly #beginnings = new Map<string | undefined, number>();
  #begun = 0;
  #nowUs = -Infinity;
  #spans = 0;

  constructor(builder: TreeBuilder, odd: SpanOddities, times: TimesBuilder) {
    this.#times = times;
    this.#builder = builder;
    this.#odd = odd;
  }

  /** Lets time go on: spans that end until then are closed, the innermost open one gets the time. */
  advance(toUs: number): void {
    for (let top = this.#open.at(-1); top !== undefined && top.endUs <= toUs; top = this.#open.at(-1)) {
      this.#charge(top, top.endUs);
      this.#pop();
    }
    const top = this.#open.at(-1);
    if (top !== undefined) this.#charge(top, toUs);
    this.#nowUs = Math.max(this.#nowUs, toUs);
  }

  open({ phase, name, endUs }: Edge): void {
    const outer = this.#open.at(-1);
    const node = this.#builder.child(outer?.node ?? -1, this.#builder.frame({ name: name ?? '(unnamed)' }));
    const isCut = phase === 'X' && outer !== undefined && endUs > outer.endUs;
    if (isCut) this.#odd.overlapping++;
    // A span begun inside a whole one cannot outlive it, or time would be counted for both.
    const limitUs = outer === undefined ? endUs : Math.min(endUs, outer.endUs);
    this.#open.push({ name, isBegun: phase === 'B', node, endUs: limitUs });
    if (phase === 'B') this.#count(name, 1);
    this.#spans++;
  }

  /** Ends the innermost beginning of a name, or of any when the end has none; what is open inside ends with it. */
  close(name: string | undefined): void {
    if ((name === undefined ? this.#begun : (this.#beginnings.get(name) ?? 0)) === 0) {
      this.#odd.unmatched++;
      return;
    }
    for (let top = this.#pop(); top !== undefined; top = this.#pop()) {
      if (top.isBegun && (name === undefined || top.name === name)) return;
      this.#odd.unmatched++;
    }
  }

  finish(): { tree: CallTree; samples: number; times?: SampleTimes } {
    const lastUs = this.#open.reduce(
      (last, { endUs }) => (endUs < Infinity ? Math.max(last, endUs) : last),
      this.#nowUs,
    );
    this.advance(lastUs);
    this.#odd.unmatched += this.#open.length;
    const tree = this.#builder.build();
    const times = this.#times.build();
    return { tree, samples: tree.self.some((weight) => weight > 0) ? this.#spans : 0, ...(times && { times }) };
  }

  #pop(): Open | undefined {
    const top = this.#open.pop();
    if (top?.isBegun === true) this.#count(top.name, -1);
    return top;
  }

  #count(name: string | undefined, change: 1 | -1): void {
    this.#beginnings.set(name, (this.#beginnings.get(name) ?? 0) + change);
    this.#begun += change;
  }

  #charge({ node }: Open, untilUs: number): void {
    if (untilUs > this.#nowUs) {
      this.#builder.add(node, untilUs - this.#nowUs);
      this.#times.add(node, this.#nowUs, untilUs);
    }
    this.#nowUs = Math.max(this.#nowUs, untilUs);
  }
}
