import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { makeFolder } from '../../jobs/folder.ts';
import { ProfileError } from '../../profile/errors.ts';
import { readProfileFile } from '../../profile/formats/file.ts';
import type { ClaimWithProfile } from '../claim.ts';
import { EvidenceError } from '../errors.ts';
import type { ProfileRecord } from '../testRecord.ts';
import { lockTest } from './lockTest.ts';
import { sha256OfFile } from './output.ts';
import { keepProfileRecord } from './recordFile.ts';
import type { TestSetting } from './testClaim.ts';

/** These are packed already, or are pictures that a browser shows. */
const KEPT_AS_THEY_ARE = ['.gz', '.svg', '.pprof'];

/**
 * Keeps the profile that a claim names, with the record of it: no run is made. The report's folder has a copy, so that what was judged can
 * be looked at when the original has changed.
 *
 * @throws {EvidenceError} CLAIM_UNTESTABLE where the profile cannot be read, CLAIM_RECORD where the folder has runs of another test
 */
export async function keepProfile(setting: TestSetting<ClaimWithProfile>): Promise<ProfileRecord> {
  const { claim, claimFile, folder, reproduce, signal } = setting;
  const path = resolve(dirname(claimFile), claim.profile);
  await checkProfile(path);
  signal.throwIfAborted();
  await makeFolder(folder);
  const lock = await lockTest(folder);
  try {
    const file = await copyProfile(path, folder);
    const profile = { name: basename(path), file, sha256: await sha256OfFile(path) };
    const startedAt = new Date().toISOString();
    const record: ProfileRecord = {
      head: { type: 'test', schema: 1, claim, startedAt, reproduce, profile },
      entries: [],
    };
    await keepProfileRecord(folder, record);
    return record;
  } finally {
    await lock.release();
  }
}

async function checkProfile(path: string): Promise<void> {
  try {
    await readProfileFile(path);
  } catch (cause) {
    if (!(cause instanceof ProfileError)) throw cause;
    throw new EvidenceError('CLAIM_UNTESTABLE', `The profile that the claim names is of no use: ${cause.message}`, {
      hint: cause.hint,
      cause,
    });
  }
}

/** Name of the copy. */
async function copyProfile(path: string, folder: string): Promise<string> {
  const name = basename(path);
  if (KEPT_AS_THEY_ARE.includes(extname(name))) {
    await copyFile(path, join(folder, name));
    return name;
  }
  const packed = `${name}.gz`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(join(folder, packed)));
  return packed;
}
