import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import type { Profile } from '../../../../src/profile/model.ts';
import { fixture } from './reading.ts';

const FILES = [
  'go-cpu.pb.gz',
  'node-time.pb.gz',
  'py-spy.speedscope.json',
  'firefox.json.gz',
  'chromium.trace.json.gz',
  'node.trace.json.gz',
];
const HOSTILE: unknown[] = [null, -1, 0, 1e308, 2 ** 53, 'x', '__proto__', [], {}, [[[]]], true, 1.5];

/** A profile that keeps the model's promises, or a ProfileError: nothing else may come out of a file. */
function readOrRefuse(bytes: Uint8Array): void {
  let profile: Profile;
  try {
    profile = readProfile(bytes, 'a file');
  } catch (error) {
    assert.ok(error instanceof ProfileError, error instanceof Error ? error.stack : String(error));
    return;
  }
  assert.ok(profile.threads.length > 0 && profile.lost.length > 0);
  for (const { tree } of profile.threads) {
    tree.parent.forEach((parent, node) => assert.ok(parent < node));
    assert.ok(tree.frame.every((frame) => frame < tree.frames.length));
    assert.ok(tree.self.every((weight) => Number.isFinite(weight) && weight >= 0));
  }
}

/** Puts a strange value in place of the one that a path of random choices leads to. */
function replaceInside(root: unknown, choices: number[], value: unknown): void {
  let at = root;
  for (const choice of choices) {
    if (typeof at !== 'object' || at === null) return;
    const keys = Object.keys(at);
    const key = keys[choice % Math.max(1, keys.length)];
    if (key === undefined) return;
    const next = (at as Record<string, unknown>)[key];
    if (typeof next !== 'object' || next === null || choice === choices.at(-1)) {
      (at as Record<string, unknown>)[key] = structuredClone(value);
      return;
    }
    at = next;
  }
}

describe('reading files that were changed', () => {
  for (const name of FILES) {
    const packed = fixture(name);
    const bytes = name.endsWith('.gz') ? gunzipSync(packed) : packed;

    it(`${name}: bytes changed or cut off`, function () {
      this.timeout(60_000);
      const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 });
      fc.assert(
        fc.property(changes, fc.nat(bytes.length), fc.boolean(), (list, length, isCut) => {
          const changed = Buffer.from(bytes);
          for (const [offset, byte] of list) changed[offset] = byte;
          readOrRefuse(isCut ? changed.subarray(0, length) : changed);
        }),
        { numRuns: 60, seed: 7 },
      );
    });

    if (!name.includes('.pb')) {
      it(`${name}: values exchanged`, function () {
        this.timeout(60_000);
        const change = fc.tuple(fc.array(fc.nat(1000), { minLength: 1, maxLength: 9 }), fc.constantFrom(...HOSTILE));
        fc.assert(
          fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
            const value: unknown = JSON.parse(bytes.toString());
            for (const [choices, strange] of changes) replaceInside(value, choices, strange);
            readOrRefuse(Buffer.from(JSON.stringify(value)));
          }),
          { numRuns: 60, seed: 7 },
        );
      });
    }
  }
});
