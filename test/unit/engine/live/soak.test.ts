import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FollowEvent } from '../../../../src/engine/live/followEvent.ts';
import type { Fragment } from '../../../../src/engine/playlist/model.ts';
import { record } from './recording.ts';
import type { Trouble } from './scriptedOrigin.ts';

const isLong = process.env['HOTFRAME_LONG'] === '1';
const fragmentS = 2;
const hours = isLong ? 24 : 2;
const total = (hours * 3600) / fragmentS;
const window = 15;
const resetAt = Math.floor(total * 0.6);

/** Numbers that look random and are the same each time: in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Outages of all kinds and lengths, some longer than the window, and stale copies; about one in five minutes. */
function randomTroubles(random: () => number): Trouble[] {
  const kinds = [503, 404, 'reset', 'garbage', 'hang', { staleMs: 9000 }] as const;
  const troubles: Trouble[] = [];
  for (let atMs = 60_000; atMs < hours * 3_600_000; atMs += 100_000 + random() * 400_000) {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 503;
    const lengthMs = random() < 0.3 ? 40_000 + random() * 35_000 : 500 + random() * 20_000;
    troubles.push({ fromMs: atMs, toMs: atMs + lengthMs, kind });
  }
  return troubles;
}

/** Holds what is told against what the origin made: each fragment exactly once, in order, or part of a hole. */
class Ledger {
  delivered = 0;
  missed = 0;
  holes = 0;
  resets = 0;
  #next = 0;
  #nextIndex = 0;
  #hole = 0;
  #epoch = 0;

  take(event: FollowEvent): void {
    if (event.type === 'fragments') for (const fragment of event.fragments) this.#take(fragment);
    if (event.type === 'reset') this.resets++;
    if (event.type !== 'hole') return;
    this.holes++;
    this.missed += event.count;
    this.#hole += event.count;
    assert.equal(placeOf(this.#epoch, event.fromSequence), this.#next);
    assert.ok(
      Math.abs(event.durationS - event.count * fragmentS) < 0.5,
      `${event.count} fragments, ${event.durationS} s`,
    );
  }

  #take({ url, sequence, index }: Fragment): void {
    this.#epoch = url.includes('/run1/') ? 1 : 0;
    assert.equal(placeOf(this.#epoch, sequence), this.#next + this.#hole, 'neither skipped nor repeated');
    assert.equal(index, this.#nextIndex++);
    this.#next += this.#hole + 1;
    this.#hole = 0;
    this.delivered++;
  }

  /** Everything that was made is accounted for. */
  close(): void {
    assert.equal(this.#hole, 0);
    assert.equal(this.#next, total);
    assert.equal(this.delivered + this.missed, total);
  }
}

/** The place of a fragment among all that are made. */
function placeOf(epoch: number, sequence: number): number {
  return epoch * resetAt + sequence;
}

function collectedHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe(`a recording of ${hours} hours`, function () {
  this.timeout(isLong ? 600_000 : 60_000);

  it('has every fragment once or tells that it is missing, in flat memory', async () => {
    const random = randomNumbers(24);
    const ledger = new Ledger();
    let outages = 0;
    let earlyHeapBytes = 0;
    const onEvent = (event: FollowEvent) => {
      ledger.take(event);
      if (event.type === 'outage') outages++;
      if (earlyHeapBytes === 0 && ledger.delivered > total / 4) earlyHeapBytes = collectedHeapBytes();
    };
    const { clock } = await record(
      {
        total,
        window,
        fragmentS,
        head: window,
        resetsAt: [resetAt],
        breakEvery: 500,
        isDated: true,
        isForgetful: true,
        token: (nowMs) => String(Math.floor(nowMs / 3_600_000)),
        troubles: randomTroubles(random),
      },
      { onEvent },
    );
    ledger.close();
    const grownBytes = collectedHeapBytes() - earlyHeapBytes;
    assert.ok(clock.nowMs > (hours * 3600 - 60) * 1000);
    assert.equal(ledger.resets, 1);
    assert.ok(outages > hours * 5, `${outages} outages`);
    assert.ok(ledger.holes > hours, `${ledger.holes} holes`);
    assert.ok(earlyHeapBytes > 0 && grownBytes < 4 * 2 ** 20, `the heap grew by ${grownBytes} bytes`);
  });
});
