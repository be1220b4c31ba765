/** A stretch of time, in microseconds since the profile's beginning (`Profile.startUs` says what that is on the recorder's clock). */
export interface TimeRange {
  fromUs: number;
  toUs: number;
}

/** The shortest stretch that can be shown: below, the numbers of a long recording have no digits left. */
const SHORTEST_US = 0.01;

/**
 * The time that all panes of the page share: what there is, what part of it they show, what is selected, and where the pointer is.
 * Whoever changes it calls a method; whoever draws it subscribes, and is called after each change, also its own.
 */
export class TimeAxis {
  #whole: TimeRange | undefined;
  #visible: TimeRange = { fromUs: 0, toUs: 0 };
  #selected: TimeRange | undefined;
  #pointerUs: number | undefined;
  readonly #listeners = new Set<() => void>();

  /** All that there is; undefined where nothing has times. */
  get whole(): TimeRange | undefined {
    return this.#whole;
  }

  /** What the panes show; within `whole`. */
  get visible(): TimeRange {
    return this.#visible;
  }

  /** What a person chose, for example a fragment's time; the views count the samples in it. */
  get selected(): TimeRange | undefined {
    return this.#selected;
  }

  /** Time under the pointer, whichever pane it is over. */
  get pointerUs(): number | undefined {
    return this.#pointerUs;
  }

  /** @returns what ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins anew with another profile; undefined for one without times. */
  reset(whole: TimeRange | undefined): void {
    this.#whole = whole;
    this.#visible = whole ?? { fromUs: 0, toUs: 0 };
    this.#selected = undefined;
    this.#pointerUs = undefined;
    this.#tell();
  }

  /** Makes room for what a pane knows beyond the samples. If everything is shown, everything stays shown. */
  extend({ fromUs, toUs }: TimeRange): void {
    const before = this.#whole;
    const isAllShown = before === undefined || isSame(before, this.#visible);
    this.#whole = {
      fromUs: Math.min(fromUs, before?.fromUs ?? fromUs),
      toUs: Math.max(toUs, before?.toUs ?? toUs),
    };
    if (isAllShown) this.#visible = this.#whole;
    this.#tell();
  }

  /** Shows a stretch, moved or cut so that it lies within what there is. */
  show({ fromUs, toUs }: TimeRange): void {
    const whole = this.#whole;
    if (whole === undefined) return;
    const length = Math.min(Math.max(toUs - fromUs, SHORTEST_US), whole.toUs - whole.fromUs);
    const from = Math.min(Math.max(fromUs, whole.fromUs), whole.toUs - length);
    const visible = { fromUs: from, toUs: from + length };
    if (isSame(visible, this.#visible)) return;
    this.#visible = visible;
    this.#tell();
  }

  select(range: TimeRange | undefined): void {
    this.#selected = range;
    this.#tell();
  }

  point(atUs: number | undefined): void {
    if (atUs === this.#pointerUs) return;
    this.#pointerUs = atUs;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isSame(one: TimeRange, other: TimeRange): boolean {
  return one.fromUs === other.fromUs && one.toUs === other.toUs;
}
