import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DiskError } from '../errors.ts';
import { diskError } from './diskFaults.ts';
import { readJournal, type JournalContents } from './journal.ts';

/** How often an owner renews its journal's time, and how old that time is when the owner must be dead. Milliseconds. */
export const heartbeatMs = 1000;
const staleMs = 5000;

/**
 * Names of what a download keeps beside its target until it is whole. The target's own name may already be as long as
 * the file system allows, so it goes in as a hash:
 *
 *     .hotframe-<target>-<random>.part
 *     .hotframe-<target>-<random>-<host>-<process>.journal
 *
 * The journal's name says who owns both; process 0 is nobody. Renaming is atomic, so of two that want to take over
 * what is left behind only one can.
 */
interface JournalName {
  path: string;
  random: string;
  host: string;
  pid: number;
}

/** Paths of the temporary files of one target, owned by this process. */
export interface PartNames {
  target: string;
  random: string;
  part: string;
  journal: string;
  /** The journal while it is written anew. */
  next: string;
  /** The finished file while it is made of the parts. */
  muxed: string;
}

/** Names that are not taken. */
export function newNames(target: string): PartNames {
  return namesOf(target, randomBytes(4).toString('hex'));
}

function namesOf(target: string, random: string): PartNames {
  const stem = path.join(path.dirname(target), `.hotframe-${targetHash(target)}-${random}`);
  const journal = journalPath(target, random, process.pid);
  return { target, random, part: `${stem}.part`, journal, next: `${stem}.next`, muxed: `${stem}.muxed` };
}

function journalPath(target: string, random: string, pid: number): string {
  const name = `.hotframe-${targetHash(target)}-${random}-${ownHost()}-${pid}.journal`;
  return path.join(path.dirname(target), name);
}

/** What an earlier try left, now owned by this process. */
export interface Unfinished {
  names: PartNames;
  contents: JournalContents;
}

/**
 * Takes over what an earlier try of `target` left: the newest that can be read; older ones are removed.
 * Throws a DiskError `HLS_DISK_BUSY` when another download is writing it this moment.
 */
export async function claimUnfinished(target: string): Promise<Unfinished | undefined> {
  const left = listJournals(target).sort((a, b) => timeOf(b.path) - timeOf(a.path));
  let claimed: Unfinished | undefined;
  for (const name of left) {
    if (await isOwned(name)) throw busy(target, name);
    const names = namesOf(target, name.random);
    if (!takeOver(name.path, names)) continue;
    const contents = claimed === undefined && existsSync(names.part) ? readContents(names) : undefined;
    if (contents === undefined) removeFiles(names);
    else claimed = { names, contents };
  }
  return claimed;
}

/** Removes what earlier tries of these targets left, except what somebody is writing this moment. */
export async function removeUnfinished(targets: readonly string[]): Promise<void> {
  for (const target of targets) {
    for (const name of listJournals(target)) {
      const names = namesOf(target, name.random);
      if (!(await isOwned(name)) && takeOver(name.path, names)) removeFiles(names);
    }
  }
}

/** Lets go: the next try may take over at once. Throws a DiskError. */
export function release({ target, random, journal }: PartNames): void {
  try {
    renameSync(journal, journalPath(target, random, 0));
  } catch (error) {
    throw diskError(error, target);
  }
}

export function removeFiles({ part, journal, next, muxed }: PartNames): void {
  for (const file of [part, next, muxed, journal]) rmSync(file, { force: true });
}

function readContents({ journal, target }: PartNames): JournalContents | undefined {
  try {
    return readJournal(readFileSync(journal, 'utf8'));
  } catch (error) {
    throw diskError(error, target);
  }
}

function listJournals(target: string): JournalName[] {
  const folder = path.dirname(target);
  const pattern = new RegExp(`^\\.hotframe-${targetHash(target)}-([0-9a-f]{8})-([0-9a-f]{8})-(\\d+)\\.journal$`);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // A folder that is missing or cannot be listed: opening the output will say so in its own words.
    return [];
  }
  return names.flatMap((name) => {
    const [, random, host, pid] = pattern.exec(name) ?? [];
    if (random === undefined || host === undefined) return [];
    return [{ path: path.join(folder, name), random, host, pid: Number(pid) }];
  });
}

/** Makes a journal ours. False when somebody else was faster. */
function takeOver(from: string, { journal, target }: PartNames): boolean {
  const now = Date.now() / 1000;
  try {
    utimesSync(from, now, now);
    renameSync(from, journal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw diskError(error, target);
  }
}

/**
 * Whether its owner lives. A process of this host that is gone is dead at once; one that is there may have another
 * number's history, or a thread in it may have ended: its heartbeat decides, and may have to be waited for.
 */
async function isOwned({ path: journal, host, pid }: JournalName): Promise<boolean> {
  if (pid === 0 || (host === ownHost() && !isRunning(pid))) return false;
  const seenMs = timeOf(journal);
  for (;;) {
    const timeMs = timeOf(journal);
    if (timeMs > seenMs) return true;
    if (Date.now() - timeMs > staleMs) return false;
    await delay(heartbeatMs / 4);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Last change in milliseconds; the distant past when it is gone. */
function timeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function targetHash(target: string): string {
  return createHash('sha256').update(path.basename(target)).digest('hex').slice(0, 16);
}

/** This machine and, on Linux, the space in which its process numbers count: containers share a name, not that. */
function ownHost(): string {
  host ??= createHash('sha256').update(`${hostname()} ${processSpace()}`).digest('hex').slice(0, 8);
  return host;
}

let host: string | undefined;

function processSpace(): string {
  if (process.platform !== 'linux') return '';
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Without /proc the host's name has to do.
    return '';
  }
}

function busy(target: string, { pid }: JournalName): DiskError {
  return new DiskError('HLS_DISK_BUSY', `${target} is being written by another download (process ${pid}).`, {
    hint: 'Wait for it, or choose another name.',
  });
}
