import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import type { Profile, Thread } from '../../../../src/profile/model.ts';
import { stackOf } from '../../../../src/profile/tree.ts';

/** The bytes of a file in `fixtures`. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

/** Reads what is given: bytes as they are, a text as UTF-8, anything else as JSON. */
export function read(content: unknown): Profile {
  if (content instanceof Uint8Array) return readProfile(content, 'a file');
  return readProfile(Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)), 'a file');
}

/** Stacks with weight as `outermost;…;innermost` → weight, rounded to thousandths. */
export function stacksOf({ tree }: Pick<Thread, 'tree'>): Record<string, number> {
  const stacks = new Map<string, number>();
  tree.self.forEach((weight, node) => {
    if (weight === 0) return;
    const stack = stackOf(tree, node)
      .map(({ name }) => name)
      .join(';');
    stacks.set(stack, (stacks.get(stack) ?? 0) + Math.round(weight * 1000) / 1000);
  });
  return Object.fromEntries(stacks);
}

/** The stacks of each thread, by its name. */
export function threadsOf(profile: Profile): Record<string, Record<string, number>> {
  return Object.fromEntries(profile.threads.map((thread) => [thread.name, stacksOf(thread)]));
}

/** The error that reading ends with. */
export function errorOf(content: unknown): ProfileError {
  try {
    read(content);
  } catch (error) {
    assert.ok(error instanceof ProfileError, String(error));
    assert.ok(error.hint.length > 0);
    return error;
  }
  return assert.fail('it was read');
}
