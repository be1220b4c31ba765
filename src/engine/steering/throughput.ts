/** One body that came, in milliseconds on the clock of `performance.now()`. */
export interface Span {
  startMs: number;
  endMs: number;
  bytes: number;
}

/** As many of the newest count: what a line could do an hour ago says little. */
const spansKept = 64;

/** How fast the bodies of one pathway come; what overlaps in time counts its time once. */
export class Throughput {
  #spans: Span[] = [];
  #sinceMs = 0;

  /** From now on another pathway is measured; what was asked for before belongs to the old one. */
  restart(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#spans = [];
  }

  add(span: Span): void {
    if (span.startMs < this.#sinceMs) return;
    this.#spans.push(span);
    if (this.#spans.length > spansKept) this.#spans.shift();
  }

  /** Over the newest bodies; absent before anything was measured. */
  get bitsPerSecond(): number | undefined {
    const spans = this.#spans.toSorted((a, b) => a.startMs - b.startMs);
    let [busyMs, bytes, untilMs] = [0, 0, -Infinity];
    for (const span of spans) {
      busyMs += Math.max(0, span.endMs - Math.max(span.startMs, untilMs));
      untilMs = Math.max(untilMs, span.endMs);
      bytes += span.bytes;
    }
    return busyMs > 0 ? (bytes * 8000) / busyMs : undefined;
  }
}
