import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { findVersion, type Peer, peersFolder } from './peers.ts';

/** The version of each program by its name. Installs what is missing first; throws where a program stays absent. */
export async function ensurePeers(chosen: readonly Peer[]): Promise<Map<string, string>> {
  const absent = chosen.filter((peer) => readVersion(peer) === undefined);
  const packages = absent.flatMap((peer) => peer.packages);
  if (!existsSync('/usr/bin/time')) packages.push('time');
  if (packages.length > 0) await installDebian([...new Set(packages)]);
  const modules = absent.flatMap((peer) => peer.npm ?? []);
  if (modules.length > 0) await installNpm(modules);

  const versions = new Map(chosen.map((peer) => [peer.name, readVersion(peer)] as const));
  const missing = chosen.filter((peer) => versions.get(peer.name) === undefined);
  if (missing.length > 0) {
    const lines = missing.map((peer) => `  ${peer.title}: ${peer.versionCommand.join(' ')} does not run`);
    throw new Error(`programs of the comparison are absent:\n${lines.join('\n')}`);
  }
  return versions as Map<string, string>;
}

function readVersion(peer: Peer): string | undefined {
  const [program, ...args] = peer.versionCommand;
  const { status, stdout } = spawnSync(program!, args, { encoding: 'utf8' });
  return status === 0 ? findVersion(stdout) : undefined;
}

/** What to do about Debian packages that are missing. */
export type InstallPlan = 'install' | 'ask' | 'tell';

/** Root in a script installs and says so, root in a terminal asks first; nobody else can, so they are told the command. */
export function planInstall(machine: { hasApt: boolean; isRoot: boolean; isTerminal: boolean }): InstallPlan {
  if (!machine.hasApt || !machine.isRoot) return 'tell';
  return machine.isTerminal ? 'ask' : 'install';
}

async function installDebian(packages: readonly string[]): Promise<void> {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const plan = planInstall({
    hasApt: existsSync('/usr/bin/apt-get'),
    isRoot: process.getuid?.() === 0,
    isTerminal: process.stdin.isTTY && process.stdout.isTTY,
  });
  if (plan === 'tell') throw new Error(`the comparison needs ${packages.join(', ')}. As root on Debian:\n  ${command}`);
  if (plan === 'ask' && !(await confirm(`Install ${packages.join(', ')} with apt-get?`))) {
    throw new Error(`the comparison needs ${packages.join(', ')}:\n  ${command}`);
  }
  console.error(`installing ${packages.join(', ')}`);
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', command.split(' ').slice(1));
}

async function installNpm(modules: readonly string[]): Promise<void> {
  console.error(`installing ${modules.join(', ')} into .vscode-test/peers`);
  await mkdir(peersFolder, { recursive: true });
  // A manifest of its own keeps npm from climbing to the project's.
  await writeFile(`${peersFolder}/package.json`, '{ "private": true }\n');
  await run('npm', ['install', '--prefix', peersFolder, '--ignore-scripts', '--no-audit', '--no-fund', ...modules]);
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, {
    // Standard output belongs to the results.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
}
