import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../jobs/folder.ts';
import { writeAtomically } from '../../jobs/atomicFile.ts';
import { changeSince } from '../claimState.ts';
import { EvidenceError } from '../errors.ts';
import type { RunRecord } from '../runRecord.ts';
import {
  formatEntry,
  parseRecord,
  isOfProfile,
  rolesOf,
  type Declaration,
  type MachineFacts,
  type ProfileRecord,
  type TestHead,
  type TestRecord,
} from '../testRecord.ts';

/** Name of the file that keeps a test's runs, in the folder of its report. */
export const RECORD_FILE = 'runs.jsonl';

/** A test's record on disk: each entry is there before the next run begins. */
export class RecordFile {
  readonly #path: string;
  #record: TestRecord;

  private constructor(path: string, record: TestRecord) {
    this.#path = path;
    this.#record = record;
  }

  /**
   * Goes on with the record in a folder, or begins one; the folder is made where it is missing.
   *
   * @param head of the test as it would begin now
   * @throws {EvidenceError} CLAIM_RECORD where there is a record that is damaged or of another test
   */
  static async open(folder: string, head: TestHead): Promise<RecordFile> {
    await makeFolder(folder);
    const path = join(folder, RECORD_FILE);
    const text = await readIfThere(path);
    if (text === undefined || !text.includes('\n')) {
      await writeFile(path, formatEntry(head));
      return new RecordFile(path, { head, entries: [] });
    }
    const record = parseRecord(text, path);
    if (isOfProfile(record)) throw otherTest(folder, 'it judges a profile, and makes no runs');
    const change = changeBetween(record, head);
    if (change !== undefined) throw otherTest(folder, change);
    // What an interrupted write left would spoil the next line.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
    return new RecordFile(path, record);
  }

  get record(): TestRecord {
    return this.#record;
  }

  async append(entry: Declaration | RunRecord): Promise<void> {
    await appendFile(this.#path, formatEntry(entry));
    this.#record = { ...this.#record, entries: [...this.#record.entries, entry] };
  }
}

/** What keeps the runs of one test from being gone on with in another, in words. */
function changeBetween(before: TestRecord, now: TestHead): string | undefined {
  const { claim, workloadHash, arms } = now;
  const fingerprints = Object.fromEntries(rolesOf(now).map((role) => [role, arms[role]?.fingerprint ?? '']));
  const change = changeSince(before, { claim, workloadHash, fingerprints });
  if (change !== undefined) return change;
  return moveBetween(before.head.machine, now.machine);
}

function otherTest(folder: string, what: string): EvidenceError {
  return new EvidenceError('CLAIM_RECORD', `What is in ${folder} is of another test: ${what}.`, {
    hint: 'Remove the folder to test the claim from the start, or name another one with --report.',
  });
}

function moveBetween(before: MachineFacts, now: MachineFacts): string | undefined {
  const { processor, cores, kernel } = now;
  if (processor !== before.processor || cores !== before.cores || kernel !== before.kernel) {
    return 'they were made on another machine';
  }
  if (now.fileSystem !== before.fileSystem)
    return `they were written to ${before.fileSystem}, and now it is ${now.fileSystem}`;
  const [runtime = ''] = before.versions;
  return now.versions.includes(runtime) ? undefined : `they were made with ${runtime}`;
}

/**
 * Keeps a judgement by a profile; an earlier one in the folder is replaced.
 * @throws {EvidenceError} CLAIM_RECORD where there are the runs of a test, or a record that is damaged
 */
export async function keepProfileRecord(folder: string, record: ProfileRecord): Promise<void> {
  const path = join(folder, RECORD_FILE);
  const text = await readIfThere(path);
  if (text?.includes('\n') && !isOfProfile(parseRecord(text, path))) {
    throw otherTest(folder, 'it makes runs, and judges no profile that is there');
  }
  await writeAtomically(path, formatEntry(record.head));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
