import { basename } from 'node:path';
import { CLAIM_SUFFIX } from '../../evidence/claim.ts';

/** What stands for the title until the author has one. */
export const NEW_TITLE = 'What is claimed, in a few words';

const GENERATED = `{
    "kind": "lab",
    "fragments": 60,
    "fragmentBytes": 5400000,
    "latencyMs": 40,
    "connectionMbitPerSecond": 50
  }`;

/**
 * A claim about two settings of the engine that can be tested as it is, for its author to change.
 * @param job id of the job that it is tested on; a generated stream without it
 */
export function newClaimText(file: string, job?: string): string {
  return `{
  "id": ${JSON.stringify(idOf(file))},
  "title": ${JSON.stringify(NEW_TITLE)},
  "source": "Who says so, and where",
  "statement": "The claim, in the words of its source.",
  "claimed": { "metric": "wall", "change": "decrease", "percent": [5, 15] },
  "baseline": { "name": "buffered", "engine": { "write": "buffered", "concurrency": 8 } },
  "candidate": { "name": "streaming", "engine": { "write": "streaming", "concurrency": 8 } },
  "workload": ${job === undefined ? GENERATED : `{ "kind": "job", "job": ${JSON.stringify(job)} }`},
  "smallestEffectPercent": 5
}
`;
}

/** The first name of an audit that is not taken: `F1`, `F2`, … */
export function nextName(taken: readonly string[]): string {
  const ids = new Set(taken.map((file) => basename(file, CLAIM_SUFFIX)));
  for (let number = 1; ; number++) if (!ids.has(`F${number}`)) return `F${number}`;
}

/** The path with the end that makes it a claim. */
export function withSuffix(path: string): string {
  return path.endsWith(CLAIM_SUFFIX) ? path : `${path.replace(/(\.claim)?(\.json)?$/, '')}${CLAIM_SUFFIX}`;
}

/** An id may hold less than a file's name. */
function idOf(file: string): string {
  const name = basename(file, CLAIM_SUFFIX)
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return name === '' ? 'F1' : name;
}
