import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EngineError, exitCodeFor, UsageError, type ExitCode } from '../engine/errors.ts';
import type { Receipt } from '../engine/receipt.ts';
import type { DownloadRequest, WriteStrategyName } from '../engine/request.ts';
import { recordDownload, type CpuProfileRequest } from '../recordedDownload.ts';
import { environmentHeaders, readHeaders } from './headers.ts';
import { describeReceipt, ProgressLine } from './progressLine.ts';

export interface DownloadIo {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WriteStream;
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
}

export const downloadUsage = `Options of download:
  -o, --output <file>        where to save it (needed)
  --variant <which>          best (default), worst, <height>p, or a bandwidth in bit/s
  --audio <which>            default, none, all, or a language or name; goes to <file>.<language>
  --write <strategy>         streaming (default) or buffered
  --concurrency <n>          requests at once, or auto (default)
  --http <version>           1.1, 2 or auto (default)
  --header 'Name: value'     sent to the playlist's origin only; may be repeated
  --headers-file <file>      the same, a header a line; or in the environment: HOTFRAME_HEADERS
  --ca <pem>                 trust these certificates too
  --reorder-memory <MiB>     what may wait in memory for its place in the file (default 64)
  --profile <kind>           none (default) or cpu, saved as <file>.cpuprofile
  --profile-interval <µs>    time between samples (default 5000)
  --sha256                   print the SHA-256 of each file
  --json                     print the receipt as one JSON object
  --per-fragment             with what happened to each fragment
`;

const defaultIntervalUs = 5000;
const mebibyte = 1024 * 1024;

interface Command {
  request: DownloadRequest;
  cpuProfile: CpuProfileRequest | undefined;
  isJson: boolean;
}

/** `hotframe download`: resolves to the exit code. Progress goes to standard error, the receipt to standard output. */
export async function runDownload(args: string[], io: DownloadIo): Promise<ExitCode> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(downloadUsage);
    return 0;
  }
  let command: Command;
  try {
    command = await readCommand(args, io.env);
  } catch (error) {
    return tellError(error, args.includes('--json'), io);
  }
  const line = new ProgressLine(io.stderr);
  const { receipt, profileError } = await recordDownload(command.request, command.cpuProfile, {
    signal: io.signal,
    onEvent: (event) => line.show(event),
  });
  line.end();
  if (profileError) io.stderr.write(`The profile could not be saved: ${profileError.message}\n`);
  tellReceipt(receipt, command.isJson, io);
  return exitCodeOf(receipt);
}

async function readCommand(args: string[], env: NodeJS.ProcessEnv): Promise<Command> {
  const { values, positionals } = parse(args);
  const [url, ...others] = positionals;
  if (url === undefined) throw usageError('The URL of a playlist is missing.');
  if (others.length > 0) throw usageError(`One URL at a time: "${others.join(' ')}" is too much.`);
  if (values.output === undefined) throw usageError('The output is missing: -o <file>.');
  const output = path.resolve(values.output);
  const headers = { ...environmentHeaders(env), ...(await readHeaders(values['headers-file'], values.header)) };
  return {
    request: {
      url,
      output,
      headers,
      write: values.write as WriteStrategyName,
      http: oneOf('--http', values.http, ['1.1', '2', 'auto']),
      concurrency: values.concurrency === 'auto' ? 'auto' : number('--concurrency', values.concurrency),
      reorderMemoryBytes: number('--reorder-memory', values['reorder-memory']) * mebibyte,
      variant: values.variant,
      audio: values.audio,
      sha256: values.sha256,
      perFragment: values['per-fragment'],
      ...(values.ca === undefined ? {} : { ca: await readCertificates(values.ca) }),
    },
    cpuProfile:
      oneOf('--profile', values.profile, ['none', 'cpu']) === 'cpu'
        ? { path: `${output}.cpuprofile`, intervalUs: number('--profile-interval', values['profile-interval']) }
        : undefined,
    isJson: values.json,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        output: { type: 'string', short: 'o' },
        variant: { type: 'string', default: 'best' },
        audio: { type: 'string', default: 'default' },
        write: { type: 'string', default: 'streaming' },
        concurrency: { type: 'string', default: 'auto' },
        http: { type: 'string', default: 'auto' },
        header: { type: 'string', multiple: true, default: [] },
        'headers-file': { type: 'string' },
        ca: { type: 'string' },
        'reorder-memory': { type: 'string', default: '64' },
        profile: { type: 'string', default: 'none' },
        'profile-interval': { type: 'string', default: String(defaultIntervalUs) },
        sha256: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'per-fragment': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw usageError(error instanceof Error ? (error.message.split('. ', 1)[0] ?? '') : String(error));
  }
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw usageError(`${option} takes a number, not "${text}".`);
  return value;
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const value = allowed.find((candidate) => candidate === text);
  if (value === undefined) throw usageError(`${option} is one of ${allowed.join(', ')}, not "${text}".`);
  return value;
}

async function readCertificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw usageError(`The certificates in ${file} cannot be read.`, cause);
  }
}

function usageError(message: string, cause?: unknown): UsageError {
  return new UsageError('HLS_OPTION', message, { hint: 'See "hotframe --help".', cause });
}

function tellError(error: unknown, isJson: boolean, { stdout, stderr }: DownloadIo): ExitCode {
  if (!(error instanceof EngineError)) throw error;
  if (isJson) {
    const { code, message, hint } = error.toJSON();
    stdout.write(`${JSON.stringify({ schema: 1, error: { code, message, hint } })}\n`);
  }
  stderr.write(`${error.message} ${error.hint}\n`);
  return error.exitCode;
}

function tellReceipt(receipt: Receipt, isJson: boolean, { stdout, stderr }: DownloadIo): void {
  if (isJson) stdout.write(`${JSON.stringify(receipt)}\n`);
  const words = describeReceipt(receipt);
  (isJson || receipt.error ? stderr : stdout).write(`${words}\n`);
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
