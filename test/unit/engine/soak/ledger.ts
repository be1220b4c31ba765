import assert from 'node:assert/strict';
import type { FragmentReceipt } from '../../../../src/engine/receipt.ts';
import type { RequestRecord } from '../../../origin/lab.ts';
import { sequenceOf } from '../../../origin/live/timeline.ts';
import { window, type Broadcast } from './broadcast.ts';
import type { Line } from './recorder.ts';

type LineOf<T extends Line['type']> = Extract<Line, { type: T }>;

/** The lines of one kind. */
export function linesOf<T extends Line['type']>(lines: readonly Line[], type: T): LineOf<T>[] {
  return lines.filter((line): line is LineOf<T> => line.type === type);
}

/** A fragment that the recording tells of, and which one of the broadcast it is. */
export interface Told {
  place: number;
  receipt: FragmentReceipt;
}

/** What is told of the fragments, in the order of the recording: each once. */
export function toldOf(lines: readonly Line[]): Told[] {
  const told = linesOf(lines, 'fragment').map(({ receipt }) => ({ place: placeOf(receipt.url), receipt }));
  told.sort((a, b) => a.receipt.index - b.receipt.index);
  for (const [index, { receipt }] of told.entries()) assert.equal(receipt.index, index);
  return told;
}

function placeOf(address: string): number {
  const digits = /\/f(\d{6})\.ts/.exec(address)?.[1];
  assert.ok(digits !== undefined, address);
  return Number(digits);
}

/**
 * Every fragment of the broadcast is told of once, under its number, or lies in a hole that is told of where it is. Returns those in
 * the holes.
 */
export function checkNumbers(
  { fragments, settings }: Broadcast,
  told: readonly Told[],
  lines: readonly Line[],
): number[] {
  const course = { fragments, ...settings };
  const holes = linesOf(lines, 'hole');
  const missed: number[] = [];
  let next = 0;
  for (const { place, receipt } of told) {
    assert.equal(receipt.sequence, sequenceOf(course, place));
    if (place !== next) {
      const hole = holes.shift();
      const fromSequence = next === 0 ? 0 : sequenceOf(course, next - 1) + 1;
      assert.deepEqual([hole?.count, hole?.fromSequence], [place - next, fromSequence], `the hole before ${place}`);
      assert.ok(Math.abs((hole?.durationS ?? 0) - 2 * (place - next)) < 0.01);
      for (; next < place; next++) missed.push(next);
    }
    next++;
  }
  assert.equal(next, fragments);
  assert.deepEqual(holes, []);
  return missed;
}

/** Nothing is missing without a cause: what was never listed, what an outage was too long for, a gap, what is refused. */
export function checkCauses(
  { settings, lost, gaps, refused, ...broadcast }: Broadcast,
  told: readonly Told[],
  missed: number[],
): void {
  const { outage = [], reset = [] } = settings;
  const seen = new Set(told.map(({ place }) => place));
  for (const place of lost) assert.ok(!seen.has(place), `${place} was never listed`);
  // Between two readings, and in one that is stale, some more pass by.
  const margin = 4;
  const isExcused = (place: number): boolean =>
    lost.has(place) ||
    outage.some(
      ([from, to]) => to - from + margin >= window && place >= from - margin && place <= to - window + margin,
    ) ||
    reset.some((at) => place < at && place >= at - 2 * margin);
  assert.deepEqual(
    missed.filter((place) => !isExcused(place)),
    [],
  );
  assert.ok(missed.length > lost.size + broadcast.longOutages, `${missed.length} fragments in holes`);
  for (const { place, receipt } of told) {
    const state = gaps.has(place) ? 'gap' : refused.has(place) ? 'missing' : 'whole';
    assert.equal(receipt.state, state, `fragment ${place} of the broadcast`);
  }
}

/** No fragment is asked for again but after a failure, and those that are in the file have come. */
export function checkRequests(
  told: readonly Told[],
  lines: readonly Line[],
  [before, after]: readonly [RequestRecord[], RequestRecord[]],
): void {
  const asked = new Map<number, RequestRecord[]>();
  // A busy machine may be too slow for an answer that the origin has seen go.
  const failed = new Set(linesOf(lines, 'retry').map(({ error }) => error.fragment));
  for (const request of [...before, ...after]) {
    if (request.index !== undefined) asked.set(request.index, [...(asked.get(request.index) ?? []), request]);
  }
  for (const { place, receipt } of told) {
    const requests = asked.get(place) ?? [];
    if (receipt.state === 'gap') assert.deepEqual(requests, []);
    const last = requests.pop();
    assert.equal(last !== undefined && hasCome(last), receipt.state === 'whole', `fragment ${place}`);
    for (const request of requests) {
      // What was on its way when the origin went down may have looked well.
      const wasCut = before.includes(request) && after.some(({ index }) => index === place);
      const hasFailed = wasCut || !hasCome(request) || failed.has(receipt.index);
      assert.ok(hasFailed, `fragment ${place} was asked for again after it had come: ${JSON.stringify(request)}`);
    }
    asked.delete(place);
  }
  assert.deepEqual([...asked.keys()], []);
}

function hasCome({ status, fault }: RequestRecord): boolean {
  return status === 200 && fault === undefined;
}

/** The receipt counts what was told. */
export function checkReceipt(told: readonly Told[], missed: readonly number[], lines: readonly Line[]): void {
  const { receipt } = linesOf(lines, 'ended')[0] ?? assert.fail('the recorder did not end');
  const { fragments, recording, bytes } = receipt;
  const count = (state: FragmentReceipt['state']) => told.filter((each) => each.receipt.state === state).length;
  assert.equal(receipt.state, 'completeWithGaps', JSON.stringify(receipt.error));
  assert.equal(recording?.ended, 'endlist');
  assert.equal(fragments.total, told.length + missed.length);
  assert.deepEqual([fragments.fetched, fragments.declaredGaps], [count('whole'), count('gap')]);
  assert.equal(fragments.gaps, count('gap') + count('missing') + missed.length);
  assert.deepEqual([recording.holes, recording.holeS], [missed.length, 2 * missed.length]);
  assert.deepEqual(
    [recording.outages, recording.resets],
    [linesOf(lines, 'outage').length, linesOf(lines, 'reset').length],
  );
  assert.equal(
    bytes.payload,
    told.reduce((sum, each) => sum + each.receipt.bytes, 0),
  );
  assert.equal(receipt.output?.bytes, bytes.payload);
}
