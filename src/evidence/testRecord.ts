import type { Claim } from './claim.ts';
import { EvidenceError } from './errors.ts';
import type { ArmRole, RunRecord } from './runRecord.ts';

/** What an arm was, as far as it could be known: a verdict holds for this and nothing else. */
export interface ArmFacts {
  /** The program and its version: `hotframe 0.1.0`, `./downloader, SHA-256 3f9a…`. */
  program: string;
  /** What ran, an argument each, with `{url}` and `{out}` in their places; free of secrets. */
  command: readonly string[];
  /** What changes when the code of the arm does: a hash over it. */
  fingerprint: string;
}

/** What the figures hold for. */
export interface MachineFacts {
  processor: string;
  cores: number;
  memoryBytes: number;
  system: string;
  kernel: string;
  /** Of the file system that the arms write to. */
  fileSystem: string;
  /** Name and version of everything else that took part: `Node 24.21.0`, `perf 6.1`. */
  versions: readonly string[];
}

/** How a test began; the first line of its record. */
export interface TestHead {
  type: 'test';
  schema: 1;
  /** The claim as it was when the test began: what changes in its file later is another claim. */
  claim: Claim;
  /** SHA-256 of what both arms download, in hexadecimal digits. */
  workloadHash: string;
  /** In words, for the report. */
  workload: string;
  /** Of the order of the runs: 0 to 2³² − 1. */
  seed: number;
  startedAt: string;
  arms: Readonly<Record<ArmRole, ArmFacts>>;
  machine: MachineFacts;
  /** The one command that does it all again. */
  reproduce: string;
}

/** So many pairs are to be made before anybody looks at what they say. */
export interface Declaration {
  type: 'declaration';
  /** Which look at the results it leads to, from 0. */
  look: number;
  /** Of all looks up to this. */
  pairs: number;
  /** Standard deviation of the pairs' log ratios in the claimed metric, which the number comes from. Absent where a person named it. */
  noise?: number;
  /** More would have been needed for the odds that are aimed at. */
  isCapped?: true;
}

/** A test as it is kept: its head, then what happened, in order. */
export interface TestRecord {
  head: TestHead;
  entries: readonly (Declaration | RunRecord)[];
}

/** A line of the record's file (JSON lines), with its end. */
export function formatEntry(entry: TestHead | Declaration | RunRecord): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads a record's file. A last line without its end is what an interrupted write left, and is left out.
 * @param name what errors call the file
 * @throws {EvidenceError} CLAIM_RECORD where a line is none of a record
 */
export function parseRecord(text: string, name: string): TestRecord {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const values = lines.map((line, index) => entryOf(line, index, name));
  const [head, ...entries] = values;
  if (head?.type !== 'test') throw damaged(name, 1, 'does not say which test it is of');
  return {
    head,
    entries: entries.map((entry, index) => {
      if (entry.type === 'test') throw damaged(name, index + 2, 'begins a second test');
      return entry;
    }),
  };
}

function entryOf(line: string, index: number, name: string): TestHead | Declaration | RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw damaged(name, index + 1, 'is no JSON');
  }
  const { type, schema } = (value ?? {}) as { type?: unknown; schema?: unknown };
  if (type === 'test' && schema !== 1) throw damaged(name, index + 1, 'is of a newer version of Hotframe');
  // What this program wrote is taken at its word beyond that.
  if (type === 'test' || type === 'declaration' || type === 'run') return value as TestHead | Declaration | RunRecord;
  throw damaged(name, index + 1, 'is no entry of a record');
}

function damaged(name: string, line: number, what: string): EvidenceError {
  return new EvidenceError('CLAIM_RECORD', `line ${line} of ${name} ${what}`, {
    hint: 'Remove the file to test the claim from the start.',
  });
}
