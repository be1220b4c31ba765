import { CLAIM_SUFFIX } from '../../evidence/claim.ts';
import type { TestWishes } from './claimProcess.ts';
import { toAbsolute } from '../localPath.ts';

/** Bounds of `pairs`, as the command line's: below six there is no interval of 95 %. */
export const pairsBounds = { minimum: 6, maximum: 1000 } as const;

/** The verdicts that can be expected. */
export const expectChoices = ['revisit', 'no-op'] as const;

/** A test as a task or a tool wants it. */
export interface ClaimDefinition extends TestWishes {
  /** Absolute path of the claim's file. */
  claim: string;
}

/** Makes the error for a property that is wrong. */
export type ClaimRefusal = (property: string, message: string) => Error;

/**
 * Reads what a task or a tool says of a test.
 *
 * @param folder what a relative path starts from; without one it is refused
 * @throws what `refuse` makes of the first property that is wrong
 */
export function readClaimDefinition(
  given: Readonly<Record<string, unknown>>,
  folder: string | undefined,
  refuse: ClaimRefusal,
): ClaimDefinition {
  const { claim, pairs, profileOnly, expect } = given;
  if (typeof claim !== 'string' || claim.trim() === '') throw refuse('claim', 'is missing or not a text');
  if (!claim.endsWith(CLAIM_SUFFIX)) throw refuse('claim', `is no ${CLAIM_SUFFIX} file`);
  const file = toAbsolute(claim, folder);
  if (file === undefined) throw refuse('claim', 'is relative, and no folder on a disk is open');
  if (profileOnly !== undefined && typeof profileOnly !== 'boolean') throw refuse('profileOnly', 'is true or false');
  if (profileOnly === true && pairs !== undefined) throw refuse('pairs', 'are not made with "profileOnly"');
  const expected = expectChoices.find((choice) => choice === expect);
  if (expect !== undefined && expected === undefined) throw refuse('expect', `is one of ${expectChoices.join(', ')}`);
  return {
    claim: file,
    ...(pairs === undefined ? {} : { pairs: readPairs(pairs, refuse) }),
    ...(profileOnly === undefined ? {} : { profileOnly }),
    ...(expected === undefined ? {} : { expect: expected }),
  };
}

function readPairs(pairs: unknown, refuse: ClaimRefusal): number {
  const { minimum, maximum } = pairsBounds;
  if (typeof pairs === 'number' && Number.isInteger(pairs) && pairs >= minimum && pairs <= maximum) return pairs;
  throw refuse('pairs', `is not a whole number from ${minimum} to ${maximum}`);
}
