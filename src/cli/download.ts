import path from 'node:path';
import { EngineError, exitCodeFor, type ExitCode } from '../engine/errors.ts';
import type { Receipt } from '../engine/receipt.ts';
import type { DownloadRequest, WriteStrategyName } from '../engine/request.ts';
import { ProfileError } from '../profile/errors.ts';
import {
  PROFILE_EXTENSIONS,
  PROFILE_MAX_BYTES,
  startProfile,
  type ProfileRecording,
  type ProfileRequest,
} from '../profile/record/recording.ts';
import { recordDownload } from '../recordedDownload.ts';
import { helpLine, oneOf, parseArguments, readNumber, usageErrorOf, type NumberRule } from './arguments.ts';
import { connectionHelp, connectionParsing, readConnection } from './connection.ts';
import { limitHelp, limitParsing, readLimits } from './limits.ts';
import { muxScript } from './muxScript.ts';
import { describeReceipt, ProgressLine } from './progressLine.ts';
import { readRate } from './rate.ts';
import { write } from './standardStreams.ts';

export interface DownloadIo {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
  /** Has V8 name the functions that perf sees; may start the process anew, in which case it does not return. */
  nameFunctions?: () => void;
}

const defaultIntervalUs = 5000;
const mebibyte = 1024 * 1024;
const concurrencyRule: NumberRule = { least: 1, most: 256, isWhole: true };
const reorderMemoryRule: NumberRule = { least: 0, most: 1_000_000 };
const secondsRule: NumberRule = { least: 0.1, most: 1e8 };
const intervalRule: NumberRule = { least: 50, most: 1_000_000, isWhole: true };
const sizeRule: NumberRule = { least: 1, most: 400 };

export const downloadUsage = `Options of download:
${[
  helpLine('-o, --output <file>', 'where to save it (needed)'),
  helpLine('--variant <which>', 'best (default), worst, <height>p, or a bandwidth in bit/s'),
  helpLine('--audio <which>', 'default, none, all, or a language or name; may be repeated'),
  helpLine('--subtitles <which>', 'none (default), default, all, or a language or name; the same'),
  helpLine('--subtitle-format <f>', 'vtt (default) or srt, where they are a file of their own'),
  helpLine('--no-resume', 'start over, and keep nothing when it does not end well'),
  helpLine('--resume', 'go on from what the last try left (default)'),
  helpLine('--allow-gaps', 'go on without the fragments that cannot be had (exit code 6)'),
  helpLine('--mux <how>', 'mediabunny (default), ffmpeg or none: one .mp4, .mkv or .ts of all'),
  helpLine('--duration <s>', 'only so much media; how long a live stream is recorded'),
  helpLine('--from <where>', 'join a live stream at its edge or at the start of its window'),
  helpLine('--dead-after <s>', 'a live stream that brings nothing new for so long is over'),
  helpLine('--write <strategy>', 'streaming (default) or buffered'),
  helpLine('--concurrency <n>', 'requests at once, or auto (default)'),
  helpLine('--http <version>', '1.1, 2 or auto (default): 1.1, and 2 where a trial is faster'),
  helpLine('--rate <bytes/s>', 'at most so much of all connections together: 500k, 2.5M, 1G'),
  helpLine('--reads <how>', 'pooled (default) or plain: buffers that are used again'),
  connectionHelp,
  helpLine('--reorder-memory <MiB>', 'what may wait in memory for its place in the file (default 64)'),
  helpLine('--profile <kind>', 'none (default); cpu: V8, <file>.cpuprofile; native: perf, with'),
  helpLine('', 'the kernel and all threads (Linux), <file>.folded; heap: what V8'),
  helpLine('', 'allocates, <file>.heapprofile'),
  helpLine('--profile-interval <µs>', `time between samples (default ${defaultIntervalUs})`),
  helpLine(
    '--profile-max <MiB>',
    `the recording stops before its file is larger (default ${PROFILE_MAX_BYTES / mebibyte})`,
  ),
  helpLine('--sha256', 'print the SHA-256 of each file'),
  helpLine('--json', 'print the receipt as one JSON object'),
  helpLine('--per-fragment', 'with what happened to each fragment'),
].join('')}
Limits, so that nothing hangs or fills the disk:
${limitHelp}`;

interface Command {
  request: DownloadRequest;
  profile: ProfileRequest | undefined;
  isJson: boolean;
}

const refuse = usageErrorOf('download');

/**
 * `hotframe download`: resolves to the exit code. Progress goes to standard error, the receipt to standard output.
 * Rejects with a DiskError when standard output cannot be written.
 */
export async function runDownload(args: string[], io: DownloadIo): Promise<ExitCode> {
  let command: Command | 'help';
  let recording: ProfileRecording | undefined;
  try {
    command = await readCommand(args, io.env);
    if (command !== 'help') recording = await startRecording(command.profile, io);
  } catch (error) {
    // Errors of the options themselves are printed in the form that was asked for, too.
    return await tellError(error, args.includes('--json'), io);
  }
  if (command === 'help') {
    await write(io.stdout, downloadUsage);
    return 0;
  }
  const line = new ProgressLine(io.stderr);
  const ending = endingOf(io.signal);
  const { receipt, profileError, profileLost } = await recordDownload(
    command.request,
    recording,
    {
      signal: ending.signal,
      stop: ending.stop,
      onEvent: (event) => {
        if (event.type === 'planned' && event.isLive) ending.isLive = true;
        line.show(event);
      },
    },
    muxScript,
  );
  line.end();
  for (const text of profileLost) io.stderr.write(`Careful, the profile: ${text}.\n`);
  if (profileError) io.stderr.write(`The profile could not be saved: ${profileError.message}\n`);
  await tellReceipt(receipt, command.isJson, io);
  return exitCodeOf(receipt);
}

/** What the process is told to end does: it stops a recording, whose file is then finished, and interrupts all else. */
function endingOf(told: AbortSignal): { isLive: boolean; signal: AbortSignal; stop: AbortSignal } {
  const [interrupting, stopping] = [new AbortController(), new AbortController()];
  const ending = { isLive: false, signal: interrupting.signal, stop: stopping.signal };
  told.addEventListener('abort', () => (ending.isLive ? stopping : interrupting).abort(told.reason));
  if (told.aborted) interrupting.abort(told.reason);
  return ending;
}

async function readCommand(args: string[], env: NodeJS.ProcessEnv): Promise<Command | 'help'> {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [url, ...others] = positionals;
  if (url === undefined) throw refuse('The URL of a playlist is missing.');
  if (others.length > 0) throw refuse(`One URL at a time: ${others.length} more than one are given.`);
  if (values.output === undefined) throw refuse('The output is missing: -o <file>.');
  const output = path.resolve(values.output);
  return {
    request: {
      url,
      output,
      ...(await readConnection(values, env, refuse)),
      write: values.write as WriteStrategyName,
      http: oneOf('--http', values.http, ['1.1', '2', 'auto'], refuse),
      reads: oneOf('--reads', values.reads, ['pooled', 'plain'], refuse),
      concurrency:
        values.concurrency === 'auto'
          ? 'auto'
          : readNumber('--concurrency', values.concurrency, concurrencyRule, refuse),
      reorderMemoryBytes:
        readNumber('--reorder-memory', values['reorder-memory'], reorderMemoryRule, refuse) * mebibyte,
      ...(values.rate === undefined ? {} : { rateBytesPerSecond: readRate('--rate', values.rate, refuse) }),
      limits: readLimits(values, refuse),
      resume: values.resume,
      allowGaps: values['allow-gaps'],
      ...(values.duration === undefined
        ? {}
        : { durationS: readNumber('--duration', values.duration, secondsRule, refuse) }),
      ...(values.from === undefined ? {} : { from: oneOf('--from', values.from, ['edge', 'start'], refuse) }),
      ...(values['dead-after'] === undefined
        ? {}
        : { deadAfterS: readNumber('--dead-after', values['dead-after'], secondsRule, refuse) }),
      variant: values.variant,
      audio: values.audio,
      subtitles: values.subtitles,
      subtitleFormat: oneOf('--subtitle-format', values['subtitle-format'], ['vtt', 'srt'], refuse),
      mux: oneOf('--mux', values.mux, ['mediabunny', 'ffmpeg', 'none'], refuse),
      sha256: values.sha256,
      perFragment: values['per-fragment'],
    },
    profile: readProfile(values, output),
    isJson: values.json,
  };
}

function readProfile(values: ReturnType<typeof parse>['values'], output: string): ProfileRequest | undefined {
  const kind = oneOf('--profile', values.profile, ['none', 'cpu', 'native', 'heap'], refuse);
  const intervalUs = readNumber('--profile-interval', values['profile-interval'], intervalRule, refuse);
  const sizeMaxBytes = readNumber('--profile-max', values['profile-max'], sizeRule, refuse) * mebibyte;
  if (kind === 'none') return undefined;
  return { kind, path: `${output}.${PROFILE_EXTENSIONS[kind]}`, intervalUs, sizeMaxBytes };
}

async function startRecording(
  profile: ProfileRequest | undefined,
  io: DownloadIo,
): Promise<ProfileRecording | undefined> {
  if (profile?.kind === 'native') io.nameFunctions?.();
  return profile && (await startProfile(profile));
}

function parse(args: string[]) {
  return parseArguments(
    args,
    {
      ...connectionParsing,
      output: { type: 'string', short: 'o' },
      variant: { type: 'string', default: 'best' },
      audio: { type: 'string', multiple: true, default: ['default'] },
      subtitles: { type: 'string', multiple: true, default: ['none'] },
      'subtitle-format': { type: 'string', default: 'vtt' },
      resume: { type: 'boolean', default: true },
      'allow-gaps': { type: 'boolean', default: false },
      duration: { type: 'string' },
      from: { type: 'string' },
      'dead-after': { type: 'string' },
      write: { type: 'string', default: 'streaming' },
      concurrency: { type: 'string', default: 'auto' },
      http: { type: 'string', default: 'auto' },
      reads: { type: 'string', default: 'pooled' },
      rate: { type: 'string' },
      'reorder-memory': { type: 'string', default: '64' },
      profile: { type: 'string', default: 'none' },
      'profile-max': { type: 'string', default: String(PROFILE_MAX_BYTES / mebibyte) },
      'profile-interval': { type: 'string', default: String(defaultIntervalUs) },
      mux: { type: 'string', default: 'mediabunny' },
      sha256: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'per-fragment': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      ...limitParsing,
    },
    refuse,
  );
}

async function tellError(error: unknown, isJson: boolean, { stdout, stderr }: DownloadIo): Promise<ExitCode> {
  if (!(error instanceof EngineError || error instanceof ProfileError)) throw error;
  stderr.write(`${error.message} ${error.hint} (${error.code})\n`);
  if (isJson) {
    const { code, message, hint } = error.toJSON();
    await write(stdout, `${JSON.stringify({ schema: 1, error: { code, message, hint } })}\n`);
  }
  return error instanceof EngineError ? error.exitCode : 2;
}

async function tellReceipt(receipt: Receipt, isJson: boolean, { stdout, stderr }: DownloadIo): Promise<void> {
  const isWhole = receipt.state === 'complete' || receipt.state === 'completeWithGaps';
  const words = `${describeReceipt(receipt)}\n`;
  if (isJson) await write(stdout, `${JSON.stringify(receipt)}\n`);
  if (isJson || !isWhole) stderr.write(words);
  else await write(stdout, words);
}

function exitCodeOf(receipt: Receipt): ExitCode {
  switch (receipt.state) {
    case 'complete':
      return 0;
    case 'completeWithGaps':
      return 6;
    case 'cancelled':
      return 130;
    case 'failed':
      return receipt.error ? exitCodeFor(receipt.error.code) : 3;
  }
}
