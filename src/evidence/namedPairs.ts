import { EvidenceError } from './errors.ts';
import { settledPairs } from './pairs.ts';
import { declarations, runsOf } from './schedule.ts';
import type { Declaration, TestRecord } from './testRecord.ts';

/**
 * Takes the number of pairs that a person names for a test. It has to be named before the first pair is there: who has seen how pairs ended may
 * choose the number by it, and no error rate holds for that. So what goes on after a look is for the noise alone to say.
 *
 * @returns what to keep in the record; undefined where the test began with that very number
 * @throws {EvidenceError} CLAIM_RECORD where pairs could be seen before it was named
 */
export function declareNamedPairs(record: TestRecord, pairs: number): Declaration | undefined {
  const first = declarations(record).findLast(({ look }) => look === 0);
  if (first?.pairs === pairs) return undefined;
  const seen = settledPairs(runsOf(record)).length;
  if (seen === 0) return { type: 'declaration', look: 0, pairs };
  throw new EvidenceError(
    'CLAIM_RECORD',
    `The test began ${beginning(first)}, and ${seen === 1 ? '1 pair is' : `${seen} pairs are`} there to be seen: ${pairs} would not be fixed beforehand.`,
    {
      hint: 'Go on without --pairs: a claim that is open then gets further looks by the noise. Or remove the folder to begin again.',
    },
  );
}

function beginning(first: Declaration | undefined): string {
  if (first === undefined) return 'without a number of pairs';
  return first.noise === undefined ? `with ${first.pairs} pairs` : `with ${first.pairs} pairs by their noise`;
}
