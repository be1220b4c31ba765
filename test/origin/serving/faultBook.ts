import type { Fault, Target } from './faults.ts';
import { formatFault, strikes } from './faults.ts';

/** A fault that strikes, for the how manieth time at its target: from 1. */
export interface Strike {
  fault: Fault;
  turn: number;
}

/** The faults in force, and how often each has met which target. */
export class FaultBook {
  readonly #faults: Fault[] = [];
  readonly #met = new Map<string, number>();

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults.length = 0;
    this.#met.clear();
  }

  /** The first fault that strikes, those of the URL before those of the book; counts it. */
  strike(target: Target, ofUrl: readonly Fault[], hasRange = false): Strike | undefined {
    const candidates = [...ofUrl.map((fault) => [`url ${formatFault(fault)}`, fault] as const), ...this.#numbered()];
    for (const [id, fault] of candidates) {
      if (!strikes(fault, target) || (fault.when !== undefined && (fault.when === 'range') !== hasRange)) continue;
      const key = JSON.stringify([id, target]);
      const turn = (this.#met.get(key) ?? 0) + 1 - (fault.after ?? 0);
      if (fault.times !== undefined && turn > fault.times) continue;
      this.#met.set(key, turn + (fault.after ?? 0));
      if (turn > 0) return { fault, turn };
    }
    return undefined;
  }

  #numbered(): (readonly [string, Fault])[] {
    return this.#faults.map((fault, place) => [`book ${place}`, fault] as const);
  }
}
