import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../jobs/folder.ts';
import { writeAtomically } from '../../jobs/atomicFile.ts';
import type { Claim, CommandArm } from '../claim.ts';
import { commandHash } from './prepareArm.ts';

/** The commands of a claim that nobody has confirmed yet. */
export async function unconfirmedCommands(claim: Claim, folder: string, file: string): Promise<CommandArm[]> {
  const confirmed = await read(file);
  return commandArms(claim).filter(({ command }) => !confirmed.includes(commandHash(command, folder)));
}

/** Remembers that a person confirmed these commands, started in this folder. */
export async function rememberCommands(arms: readonly CommandArm[], folder: string, file: string): Promise<void> {
  const confirmed = await read(file);
  const hashes = new Set([...confirmed, ...arms.map(({ command }) => commandHash(command, folder))]);
  await makeFolder(dirname(file));
  await writeAtomically(file, [...hashes, ''].join('\n'));
}

/** Where what was confirmed is kept. A hash a line. */
export function consentFile(env: NodeJS.ProcessEnv): string {
  return join(stateFolder(env), 'commands');
}

/** What the tests of one user have in common: the user's, out of reach of a workspace. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'];
  return join(state === undefined || state === '' ? join(homedir(), '.local', 'state') : state, 'hotframe');
}

export function commandArms({ baseline, candidate }: Pick<Claim, 'baseline' | 'candidate'>): CommandArm[] {
  return [baseline, candidate].filter((arm) => arm !== undefined && 'command' in arm);
}

async function read(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
