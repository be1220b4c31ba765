import { basename, dirname, join } from 'node:path';
import { CLAIM_SUFFIX } from './claim.ts';

/** Where the runs and the report of a claim are kept unless told otherwise: `F4` beside `F4.claim.json`. */
export function reportFolder(file: string): string {
  const name = basename(file, CLAIM_SUFFIX);
  return join(dirname(file), name === basename(file) ? `${name}.report` : name);
}
