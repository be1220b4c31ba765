import { LockedError, LockFolder, type Lock } from '../../jobs/lock.ts';
import { EvidenceError } from '../errors.ts';

/**
 * Has the folder of a test for itself: two tests at once would measure each other, and mix their runs.
 * @throws {EvidenceError} CLAIM_RUN where another one has it
 */
export async function lockTest(folder: string): Promise<Lock> {
  try {
    return await new LockFolder(folder).acquire('test');
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new EvidenceError('CLAIM_RUN', `The claim is being tested already: ${error.message}.`, {
      hint: 'Wait for that test, or stop it.',
      cause: error,
    });
  }
}
