import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import type { Profile } from '../../../../src/profile/model.ts';
import { stackOf } from '../../../../src/profile/tree.ts';

/** Path of a recording. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

export function fixture(name: string): string {
  return readFileSync(fixturePath(name), 'utf8');
}

export function readText(text: string): Profile {
  return readProfile(Buffer.from(text), 'some file');
}

/** `a;b;c weight` of each stack with weight, all threads, sorted. */
export function stacksOf({ threads }: Profile): string[] {
  const lines: string[] = [];
  for (const { tree } of threads) {
    tree.self.forEach((weight, node) => {
      const names = stackOf(tree, node).map(({ name }) => name);
      if (weight > 0) lines.push(`${names.join(';')} ${weight}`);
    });
  }
  return lines.sort();
}

export function weightOf({ threads }: Profile): number {
  return threads.reduce((sum, { tree }) => sum + tree.self.reduce((all, weight) => all + weight, 0), 0);
}

/** The code of the error that reading ends with. */
export function codeOf(text: string | Uint8Array): string {
  try {
    readProfile(Buffer.from(text), 'some file');
  } catch (error) {
    assert.ok(error instanceof ProfileError, String(error));
    return error.code;
  }
  return assert.fail('it was read');
}

/** A changed file must be a profile whose weights are numbers, or a ProfileError, at once. */
export function assertProfileOrError(text: string | Uint8Array): void {
  const start = performance.now();
  try {
    const weight = weightOf(readProfile(Buffer.from(text), 'some file'));
    assert.ok(weight > 0 && Number.isFinite(weight), `a weight of ${weight}`);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
  }
  const tookMs = performance.now() - start;
  assert.ok(tookMs < 2000, `it took ${tookMs} ms`);
}
