import { homedir } from 'node:os';
import { isAbsolute, dirname, join, relative, resolve } from 'node:path';
import { isJobId } from '../jobs/record.ts';
import { isAbortError } from '../engine/errors.ts';
import { parentHost } from '../evidence/arms/parentHost.ts';
import { commandText } from '../evidence/arms/prepareArm.ts';
import { type Claim, CLAIM_SUFFIX, isProfilable, isTestable } from '../evidence/claim.ts';
import { EvidenceError } from '../evidence/errors.ts';
import { readClaim } from '../evidence/readClaim.ts';
import { takeMachine } from '../evidence/runs/machineTurn.ts';
import { checkTestable, settleClaim } from '../evidence/runs/settleClaim.ts';
import { progressAt } from '../evidence/testProgress.ts';
import { stateFolder } from '../evidence/arms/consent.ts';
import { reportFolder } from '../evidence/reportFolder.ts';
import { writeReport, type WrittenReport } from '../evidence/report/writeReport.ts';
import { RECORD_FILE } from '../evidence/runs/recordFile.ts';
import type { RunOrder } from '../evidence/schedule.ts';
import type { TestRecord } from '../evidence/testRecord.ts';
import { helpLine, oneOf, parseArguments, readNumber, type NumberRule } from './arguments.ts';
import { confirmCommands, type ConsentIo } from './claimConsent.ts';
import { ClaimProgress, ClaimProgressLines, type ProgressTeller } from './claimProgress.ts';
import { claimExits, exitCodeHelp, type ClaimExitCode } from './exitCodes.ts';
import { ownPrograms } from './programs.ts';
import { write } from './standardStreams.ts';

/** What the command touches. */
export interface ClaimIo extends ConsentIo {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  signal: AbortSignal;
}

const USAGE = `Usage: hotframe claim test <file${CLAIM_SUFFIX}> [options]

Runs the two arms of a claim against each other on this machine and says what becomes of it: revisit, no-op or inconclusive
(docs/claims.md). Runs that are there already count; the same command goes on where it was stopped. A claim with one arm or
none is decided by the gate: on a profile of it on the workload, or on the profile that the claim names.

${[
  helpLine('--pairs <n>', 'so many pairs of runs, 6 or more, named before the first is made; else'),
  helpLine('', 'as many as their noise needs'),
  helpLine('--profile-only', 'one run of each arm under a profiler: the gate decides'),
  helpLine('--report <folder>', 'where runs and report are kept (default: beside the claim)'),
  helpLine('--jobs <folder>', 'where the jobs are that claims name by their ids: those of VS Code'),
  helpLine('--expect <verdict>', 'revisit or no-op: any other ends with exit code 7'),
  helpLine('--allow-command <words>', 'confirm the program of an arm, as the refusal writes it; may be'),
  helpLine('', 'repeated, and is remembered'),
  helpLine('--json', 'one JSON object on standard output'),
  helpLine('--progress <form>', 'text (default) or json: an object a line, on standard error'),
  helpLine('-h, --help', 'this text'),
].join('')}
${exitCodeHelp(claimExits)}`;

/** Never fewer: below it there is no interval of 95 %. */
const pairsRule: NumberRule = { least: 6, most: 1000, isWhole: true };

interface Options {
  file: string;
  folder: string;
  jobs?: string;
  pairs?: number;
  isProfileOnly: boolean;
  expected?: 'revisit' | 'no-op';
  allowed: readonly string[];
  isJson: boolean;
  progress: 'text' | 'json';
}

/**
 * `hotframe claim`: tests a claim, prints its verdict, or the error that prevented it, and returns the exit code. `args` come after the word
 * `claim`. Rejects only when the output streams fail.
 */
export async function runClaim(args: string[], io: ClaimIo): Promise<ClaimExitCode> {
  // Errors of the options themselves are printed in the form that was asked for, too.
  const isJson = args.includes('--json');
  try {
    const options = readOptions(args);
    if (options === 'help') {
      await write(io.stdout, USAGE);
      return 0;
    }
    return await test(options, io);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    if (isJson) await write(io.stdout, `${JSON.stringify({ schema: 1, error: error.toJSON() })}\n`);
    else io.stderr.write(`hotframe: ${error.message} (${error.code})\n${error.hint}\n`);
    return exitCodeOf(error);
  }
}

async function test(options: Options, io: ClaimIo): Promise<ClaimExitCode> {
  const { file, folder, isJson } = options;
  const claim = await readClaim(file);
  checkTestable(claim, file);
  if (options.pairs !== undefined && !isTestable(claim)) throw usage('--pairs is for claims with two arms.');
  await confirmCommands(claim, dirname(file), options.allowed, io);
  const host = parentHost();
  const progress = options.progress === 'json' ? new ClaimProgressLines(io.stderr) : new ClaimProgress(io.stderr);
  const setting = {
    claim,
    claimFile: file,
    folder,
    programs: { ...ownPrograms(), ...(host === undefined ? {} : { host }) },
    ...(options.pairs === undefined ? {} : { pairs: options.pairs }),
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    reproduce: reproduction(options, claim),
    signal: io.signal,
    onRun: (order: RunOrder, record: TestRecord) => progress.show(progressAt(order, record)),
  };
  const settle = () => settleClaim(setting, options);
  try {
    // Without a workload nothing runs.
    const record = await (isProfilable(claim) ? inTurn(io, progress, settle) : settle());
    progress.end();
    const report = await writeReport(record, folder);
    await tell(report, isJson, io);
    return verdictCode(report, options.expected, io);
  } catch (error) {
    progress.end();
    if (!isAbortError(error)) throw error;
    io.stderr.write(`Stopped. The runs so far are kept in ${join(folder, RECORD_FILE)}; the same command goes on.\n`);
    return 130;
  }
}

/** Does it while no other test has this machine. */
async function inTurn<T>(io: ClaimIo, progress: ProgressTeller, work: () => Promise<T>): Promise<T> {
  const turn = await takeMachine(stateFolder(io.env), io.signal, (pid) =>
    progress.show({ doing: 'waiting', ...(pid === undefined ? {} : { pid }) }),
  );
  try {
    return await work();
  } finally {
    await turn.release();
  }
}

async function tell(report: WrittenReport, isJson: boolean, { stdout }: ClaimIo): Promise<void> {
  const { claim, state, sentence, path, verdict, gates } = report;
  if (isJson)
    await write(stdout, `${JSON.stringify({ schema: 1, claim, state, sentence, verdict, gates, report: path })}\n`);
  else await write(stdout, `${claim}: ${sentence}\n  ${path}\n`);
}

function verdictCode({ state }: WrittenReport, expected: Options['expected'], { stderr }: ClaimIo): ClaimExitCode {
  if (expected !== undefined && state !== expected) {
    stderr.write(`The verdict is ${state}, and not ${expected}.\n`);
    return 7;
  }
  return state === 'inconclusive' ? 8 : 0;
}

function exitCodeOf({ code }: EvidenceError): ClaimExitCode {
  return code === 'CLAIM_RUN' ? 9 : 2;
}

/** The words that make the same report again, from the folder that this is called in. */
function reproduction({ file, pairs, isProfileOnly, jobs }: Options, { workload }: Claim): string {
  // On which file system the arms write is a part of the setting.
  const place = process.env['TMPDIR'] === '/dev/shm' ? 'TMPDIR=/dev/shm ' : '';
  const words = ['hotframe', 'claim', 'test', relative('', file)];
  if (isProfileOnly) words.push('--profile-only');
  if (pairs !== undefined) words.push('--pairs', String(pairs));
  const isById = jobs !== undefined && workload?.kind === 'job' && isJobId(workload.job);
  return `${place}${commandText(words)}${isById ? ` --jobs ${homeText(jobs)}` : ''}`;
}

/** A path as a shell takes it, which does not tell whose home it is in. */
function homeText(path: string): string {
  const inHome = relative(homedir(), path);
  return inHome.startsWith('..') || isAbsolute(inHome) ? commandText([path]) : `~/${commandText([inHome])}`;
}

function readOptions(args: string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [verb, given, ...others] = positionals;
  if (verb !== 'test')
    throw usage(verb === undefined ? 'What about which claim? test <file>.' : `There is no "claim ${verb}".`);
  if (given === undefined) throw usage(`Which claim? A file (….claim.json) is missing.`);
  if (others.length > 0) throw usage('One claim at a time.');
  if (values['profile-only'] && values.pairs !== undefined) throw usage('--profile-only makes no pairs.');
  const file = resolve(given);
  return {
    file,
    folder: resolve(values.report ?? reportFolder(file)),
    ...(values.pairs === undefined ? {} : { pairs: readNumber('--pairs', values.pairs, pairsRule, usage) }),
    ...(values.jobs === undefined ? {} : { jobs: resolve(values.jobs) }),
    isProfileOnly: values['profile-only'],
    ...(values.expect === undefined ? {} : { expected: oneOf('--expect', values.expect, ['revisit', 'no-op'], usage) }),
    allowed: values['allow-command'],
    isJson: values.json,
    progress: oneOf('--progress', values.progress, ['text', 'json'], usage),
  };
}

function parse(args: string[]) {
  return parseArguments(
    args,
    {
      pairs: { type: 'string' },
      'profile-only': { type: 'boolean', default: false },
      report: { type: 'string' },
      jobs: { type: 'string' },
      expect: { type: 'string' },
      'allow-command': { type: 'string', multiple: true, default: [] as string[] },
      json: { type: 'boolean', default: false },
      progress: { type: 'string', default: 'text' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    usage,
  );
}

function usage(message: string, cause?: unknown): EvidenceError {
  return new EvidenceError('CLAIM_OPTION', message, { hint: '`hotframe claim --help` lists the options.', cause });
}
