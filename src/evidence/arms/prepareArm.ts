import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Arm, CommandArm, EngineArm, EngineOptions } from '../claim.ts';
import { EvidenceError } from '../errors.ts';
import type { ArmFacts } from '../testRecord.ts';
import type { ArmHost, HostEnd, HostOrder } from './armHost.ts';
import { argumentFiles, findProgram, hashOf, sourceFiles } from './fingerprint.ts';

/** Where the programs of this product are. */
export interface Programs {
  /** The command line: `cli.js`, or its source. */
  cli: string;
  /** The origin's process. */
  origin: string;
  /** Of this product. */
  version: string;
  /** Of the engine's code, as it was bundled; absent where the command line runs from its sources. */
  engineHash?: string;
  /** Where arms run that are for the extension host; absent where there is none. */
  host?: ArmHost;
}

/** What a run of an arm gets. */
export interface Given {
  url: string;
  /** Absolute path of the file to write. */
  out: string;
  /** PEM file of the origin's authority. */
  caFile?: string;
}

/** An arm that can be run. */
export type PreparedArm = ProgramArm | HostArm;

/** It is started anew for each run. */
export interface ProgramArm {
  readonly kind: 'engine' | 'command';
  readonly facts: ArmFacts;
  /** The program and its arguments. */
  command(given: Given): string[];
}

/** It runs in the extension host, in a new thread each time. */
export interface HostArm {
  readonly kind: 'host';
  readonly facts: ArmFacts;
  /** As `ArmHost` has it. */
  download(given: Given, signal: AbortSignal, profile?: HostOrder['profile']): Promise<HostEnd>;
}

/**
 * Finds out what an arm is.
 *
 * @param folder of the claim's file: commands are started there
 * @throws {EvidenceError} CLAIM_RUN where its program is not there, CLAIM_UNTESTABLE where it cannot be run here
 */
export async function prepareArm(arm: Arm, folder: string, programs: Programs): Promise<PreparedArm> {
  return 'engine' in arm ? prepareEngine(arm, programs) : prepareCommand(arm, folder);
}

async function prepareEngine(arm: EngineArm, { cli, version, engineHash, host }: Programs): Promise<PreparedArm> {
  const options = engineArguments(arm.engine);
  const line = ['hotframe', 'download', '{url}', '-o', '{out}', ...options];
  if (arm.runsIn === 'extensionHost') return prepareHost(arm, line, host);
  const command = ({ url, out, caFile }: Given): string[] => {
    const trust = caFile === undefined ? [] : ['--ca', caFile];
    return [process.execPath, cli, 'download', url, '-o', out, '--json', '--no-resume', ...trust, ...options];
  };
  return {
    kind: 'engine',
    command,
    facts: {
      program: `hotframe ${version}`,
      command: line,
      fingerprint: await hashOf(
        [...options, engineHash ?? ''],
        engineHash === undefined ? await sourceFiles(dirname(dirname(cli))) : [],
      ),
    },
  };
}

async function prepareHost(
  { name, engine }: EngineArm,
  command: readonly string[],
  host: ArmHost | undefined,
): Promise<HostArm> {
  if (host === undefined) {
    throw new EvidenceError('CLAIM_UNTESTABLE', `The arm "${name}" runs in the extension host.`, {
      hint: 'Test the claim in VS Code, or leave "runsIn" out.',
    });
  }
  const { application, node, version, scripts } = await host.describe();
  return {
    kind: 'host',
    download: ({ url, out, caFile }, signal, profile) =>
      host.download(
        {
          url,
          out,
          engine,
          ...(caFile === undefined ? {} : { caFile }),
          ...(profile === undefined ? {} : { profile }),
        },
        signal,
      ),
    facts: {
      program: `hotframe ${version} in the extension host of ${application}`,
      command,
      fingerprint: await hashOf([application, node, ...command], scripts),
      versions: [application, `Node ${node.replace(/^v/, '')} in its extension host`],
    },
  };
}

/** The options of `hotframe download`, the same for the same arm whatever order its file has. */
export function engineArguments({ write, http, concurrency, reads }: EngineOptions): string[] {
  const options = Object.entries({ write, http, concurrency, reads });
  return options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}

async function prepareCommand(arm: CommandArm, folder: string): Promise<PreparedArm> {
  const [program = '', ...args] = arm.command;
  const path = await findProgram(program, folder);
  if (path === undefined) {
    throw new EvidenceError('CLAIM_RUN', `The program of the arm "${arm.name}" is not there: ${program}.`, {
      hint: 'Build or install it; its path is relative to the folder of the claim.',
    });
  }
  const own = await hashOf([], [path]);
  const started = program.includes('/') ? path : program;
  return {
    kind: 'command',
    command: ({ url, out }) => [
      started,
      ...args.map((argument) => argument.replaceAll('{url}', url).replaceAll('{out}', out)),
    ],
    facts: {
      program: `${program}, SHA-256 ${own.slice(0, 12)}…`,
      command: arm.command,
      fingerprint: await hashOf([own, ...args], await argumentFiles(args, folder)),
    },
  };
}

/** What a person confirms before a command is run: its words as a shell would take them. */
export function commandText(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** Identifies a command and the folder that it is started in. */
export function commandHash(command: readonly string[], folder: string): string {
  return createHash('sha256').update(JSON.stringify({ command, folder })).digest('hex');
}
