import type { SampleTimes } from '../profile/model.ts';
import { unpackTree, type PackedThread } from '../profile/packedThread.ts';
import type { Stacks } from './facts.ts';
import type { ProfileModel } from './messages.ts';

/** A thread as far as it has arrived. */
export interface StoredThread extends Stacks {
  /** Present once all of them are here. */
  times?: SampleTimes;
}

interface ArrivingTimes extends SampleTimes {
  arrived: number;
}

/** The profile that the host sends, piece by piece. */
export class ProfileStore {
  readonly head: ProfileModel;
  readonly #threads = new Map<number, StoredThread>();
  readonly #arriving = new Map<number, ArrivingTimes>();

  constructor(head: ProfileModel) {
    this.head = head;
  }

  thread(index: number): StoredThread | undefined {
    return this.#threads.get(index);
  }

  /** Threads whose stacks are here. */
  get threads(): ReadonlyMap<number, StoredThread> {
    return this.#threads;
  }

  addStacks(index: number, packed: PackedThread): void {
    this.#threads.set(index, { tree: unpackTree(packed), decisions: packed.decisions });
  }

  /** @returns whether the thread's times are complete with this piece */
  addTimes(index: number, at: number, piece: SampleTimes): boolean {
    const thread = this.#threads.get(index);
    const count = this.head.threads[index]?.timed ?? 0;
    if (thread === undefined || count === 0) return false;
    const times = this.#arriving.get(index) ?? emptyTimes(count);
    this.#arriving.set(index, times);
    times.node.set(piece.node, at);
    times.startUs.set(piece.startUs, at);
    times.endUs.set(piece.endUs, at);
    times.arrived += piece.node.length;
    if (times.arrived < count) return false;
    const { node, startUs, endUs } = times;
    thread.times = { node, startUs, endUs };
    this.#arriving.delete(index);
    return true;
  }
}

function emptyTimes(count: number): ArrivingTimes {
  return {
    node: new Uint32Array(count),
    startUs: new Float64Array(count),
    endUs: new Float64Array(count),
    arrived: 0,
  };
}
