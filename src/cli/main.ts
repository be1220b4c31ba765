import { setFlagsFromString } from 'node:v8';
import { EngineError } from '../engine/errors.ts';
import { runDownload, downloadUsage } from './download.ts';
import { downloadExits, exitCodeHelp } from './exitCodes.ts';
import { nameFunctions } from './functionNames.ts';
import { interruptionOf } from './signals.ts';
import { survive, write } from './standardStreams.ts';
import { readVersion } from './version.ts';

const usage = `Hotframe downloads HLS streams and keeps the evidence of how each download ran.

Usage:
  hotframe download <url> -o <file> [options]   download a stream
  hotframe inspect <url or file> [options]      show what a playlist holds, fetching no fragment
  hotframe profile <file> [<file>] [options]    name the hot frames of a profile, or what changed between two
  hotframe claim test <file.claim.json>         run the arms of a claim against each other
  hotframe --version                            print the version

${downloadUsage}
${exitCodeHelp(downloadExits)}`;

/** Runs one command and resolves to its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  const { stdout, stderr, env } = process;
  switch (command) {
    case 'download':
      return runDownload(rest, { stdout, stderr, env, signal: interruptionOf(process), nameFunctions });
    case 'inspect': {
      const { runInspect } = await import('./inspect.ts');
      const { openPlaylistText } = await import('../engine/openPlaylist.ts');
      const signal = interruptionOf(process);
      const load = (url: string, options: object) => openPlaylistText(url, { ...options, signal });
      return runInspect(rest, { stdout, stderr, env, load });
    }
    case 'profile': {
      const { runProfile } = await import('./profile.ts');
      return runProfile(rest, { stdout, stderr });
    }
    case 'claim': {
      const { runClaim } = await import('./claim.ts');
      const signal = interruptionOf(process);
      // To listen for its end is no reason to stay.
      process.channel?.unref();
      const ask = process.stdin.isTTY && stderr.isTTY ? askOnTerminal : undefined;
      return runClaim(rest, { stdout, stderr, env, signal, ...(ask ? { ask } : {}) });
    }
    case '--version':
      await write(stdout, `${readVersion()}\n`);
      return 0;
    case '--help':
    case '-h':
    case 'help':
      await write(stdout, usage);
      return 0;
    default:
      stderr.write(command === undefined ? usage : `There is no command "${command}".\n\n${usage}`);
      return 2;
  }
}

async function askOnTerminal(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

// The only WebAssembly here is undici's parser, a few kB that are run for a few bytes of each answer: to optimise it costs
// more than it ever saves, 25 ms of CPU time and 12 MiB.
setFlagsFromString('--liftoff-only');
survive(process.stdout, process.stderr);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof EngineError)) throw error;
  process.stderr.write(`${error.message} ${error.hint} (${error.code})\n`);
  process.exitCode = error.exitCode;
}
