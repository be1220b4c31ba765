import type { Claim } from './claim.ts';
import { EvidenceError } from './errors.ts';
import { ARM_ROLES, type ArmRole, type RunRecord } from './runRecord.ts';

/** What an arm was, as far as it could be known: a verdict holds for this and nothing else. */
export interface ArmFacts {
  /** The program and its version: `hotframe 0.1.0`, `./downloader, SHA-256 3f9a…`. */
  program: string;
  /** What ran, an argument each, with `{url}` and `{out}` in their places; free of secrets. */
  command: readonly string[];
  /** What changes when the code of the arm does: a hash over it. */
  fingerprint: string;
  /** Names and versions of what it runs in, where that is no process of its own. */
  versions?: readonly string[];
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

interface Head {
  type: 'test';
  schema: 1;
  /** The claim as it was when the test began: what changes in its file later is another claim. */
  claim: Claim;
  /** ISO 8601. */
  startedAt: string;
  /** The one command that does it all again. */
  reproduce: string;
}

/** How a test that makes runs began; the first line of its record. */
export interface TestHead extends Head {
  /** SHA-256 of what both arms download, in hexadecimal digits. */
  workloadHash: string;
  /** In words, for the report. */
  workload: string;
  /** Of the order of the runs: 0 to 2³² − 1. */
  seed: number;
  /** Those of the claim: both, or the one that is profiled. */
  arms: Readonly<Partial<Record<ArmRole, ArmFacts>>>;
  machine: MachineFacts;
}

/** How a claim was judged by the profile that it names; the only line of its record. */
export interface ProfileHead extends Head {
  profile: KeptProfile;
}

/** A profile that was there before the test. */
export interface KeptProfile {
  /** Of the original, without its folders. */
  name: string;
  /** Where its copy is, relative to the record. */
  file: string;
  /** Of the original, in hexadecimal digits. */
  sha256: string;
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

/** A judgement by the profile that a claim names, as it is kept: no run is made for it. */
export interface ProfileRecord {
  head: ProfileHead;
  entries: readonly never[];
}

export type ClaimRecord = TestRecord | ProfileRecord;

/** Whether no run was made. */
export function isOfProfile(record: ClaimRecord): record is ProfileRecord {
  return 'profile' in record.head;
}

/** The arms that a test has. */
export function rolesOf({ arms }: Pick<TestHead, 'arms'>): ArmRole[] {
  return ARM_ROLES.filter((role) => arms[role] !== undefined);
}

/** A line of the record's file (JSON lines), with its end. */
export function formatEntry(entry: TestHead | ProfileHead | Declaration | RunRecord): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads a record's file. A last line without its end is what an interrupted write left, and is left out.
 * @param name what errors call the file
 * @throws {EvidenceError} CLAIM_RECORD where a line is none of a record
 */
export function parseRecord(text: string, name: string): ClaimRecord {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const values = lines.map((line, index) => entryOf(line, index, name));
  const [head, ...entries] = values;
  if (head?.type !== 'test') throw damaged(name, 1, 'does not say which test it is of');
  const isRun = (entry: Line): entry is Declaration | RunRecord => entry.type !== 'test';
  const odd = entries.findIndex((entry) => !isRun(entry));
  if (odd !== -1) throw damaged(name, odd + 2, 'begins a second test');
  if (!('profile' in head)) return { head, entries: entries.filter(isRun) };
  if (entries.length > 0) throw damaged(name, 2, 'is a run, and the test makes none');
  return { head, entries: [] };
}

type Line = TestHead | ProfileHead | Declaration | RunRecord;

function entryOf(line: string, index: number, name: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw damaged(name, index + 1, 'is no JSON');
  }
  const { type, schema } = (value ?? {}) as { type?: unknown; schema?: unknown };
  if (type === 'test' && schema !== 1) throw damaged(name, index + 1, 'is of a newer version of Hotframe');
  // What this program wrote is taken at its word beyond that.
  if (type === 'test' || type === 'declaration' || type === 'run') return value as Line;
  throw damaged(name, index + 1, 'is no entry of a record');
}

function damaged(name: string, line: number, what: string): EvidenceError {
  return new EvidenceError('CLAIM_RECORD', `line ${line} of ${name} ${what}`, {
    hint: 'Remove the file to test the claim from the start.',
  });
}
