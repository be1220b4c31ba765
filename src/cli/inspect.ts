import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DiskError, EngineError, InternalError, isAbortError, UsageError } from '../engine/errors.ts';
import type { ExitCode } from '../engine/errors.ts';
import { inspectPlaylist } from '../engine/inspect.ts';
import { readPlaylist } from '../engine/playlist/read.ts';
import { helpLine, parseArguments, usageErrorOf } from './arguments.ts';
import { exitCodeHelp, inspectExits } from './exitCodes.ts';
import { connectionHelp, connectionParsing, readConnection, type Connection } from './connection.ts';
import { describeInspection, printable } from './inspectionText.ts';
import { write } from './standardStreams.ts';

/** What the command touches. `load` fetches a playlist and says where it was found after redirects. */
export interface InspectIo {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  env: NodeJS.ProcessEnv;
  load(url: string, options: Connection): Promise<{ text: Uint8Array; url: string }>;
}

const USAGE = `Usage: hotframe inspect <url or file> [options]

Shows what an HLS playlist holds, without fetching a fragment.

${[
  helpLine('--json', 'one JSON object on standard output'),
  helpLine('--base <url>', 'for a file: the URL that relative URIs are resolved against'),
  helpLine('', '(without it they appear under https://playlist.invalid/)'),
  helpLine('--show-urls', 'URLs with their query values, which may be secret'),
  connectionHelp,
  helpLine('-h, --help', 'this text'),
].join('')}
${exitCodeHelp(inspectExits)}`;

/** Stands for the unknown place of a file's playlist; `.invalid` never resolves (RFC 2606). */
const UNKNOWN_BASE = 'https://playlist.invalid/';

/**
 * `hotframe inspect`: prints an Inspection, or the error that prevented it, and returns the exit code: 0, 2 usage,
 * 3 network, 4 playlist, 5 disk, 130 cancelled. `args` come after the word `inspect`. Rejects with a DiskError when standard
 * output cannot be written.
 */
export async function runInspect(args: string[], io: InspectIo): Promise<ExitCode> {
  // Errors of the options themselves are printed in the form that was asked for, too.
  const isJson = args.includes('--json');
  try {
    await inspect(args, io);
    return 0;
  } catch (error) {
    if (isAbortError(error)) return 130;
    return await printError(toEngineError(error), isJson, io);
  }
}

async function inspect(args: string[], io: InspectIo): Promise<void> {
  const options = await readOptions(args, io.env);
  if (options === 'help') {
    await write(io.stdout, USAGE);
    return;
  }
  const { text, url } = await loadSource(options, io);
  const inspection = inspectPlaylist(readPlaylist(text, url), { showUrls: options.showUrls });
  await write(io.stdout, options.isJson ? `${JSON.stringify(inspection)}\n` : describeInspection(inspection));
}

interface Options {
  source: string;
  isJson: boolean;
  showUrls: boolean;
  base: string | undefined;
  connection: Connection;
}

const usage = usageErrorOf('inspect');

async function readOptions(args: string[], env: NodeJS.ProcessEnv): Promise<Options | 'help'> {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [source] = positionals;
  if (source === undefined || positionals.length > 1) {
    throw usage(source === undefined ? 'Which playlist? A URL or a file is missing.' : 'One playlist at a time.');
  }
  if (values.base !== undefined && !isWebUrl(values.base)) {
    throw new UsageError('HLS_URL', '--base is not an http or https URL.', {
      hint: 'Give it in full: https://host/path/.',
    });
  }
  return {
    source,
    isJson: values.json,
    showUrls: values['show-urls'],
    base: values.base,
    connection: await readConnection(values, env, usage),
  };
}

function parse(args: string[]) {
  return parseArguments(
    args,
    {
      ...connectionParsing,
      json: { type: 'boolean', default: false },
      'show-urls': { type: 'boolean', default: false },
      base: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    usage,
  );
}

function isWebUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}

async function loadSource(options: Options, io: InspectIo): Promise<{ text: Uint8Array; url: string }> {
  const { source, base, connection } = options;
  if (/^https?:/i.test(source)) {
    if (!isWebUrl(source)) {
      throw new UsageError('HLS_URL', 'The URL is not valid.', { hint: 'Check that it was copied as a whole.' });
    }
    if (base !== undefined) throw usage('--base is for a file: a playlist from a URL has that one.');
    return await io.load(source, connection);
  }
  return { text: await read(pathOf(source)), url: base ?? UNKNOWN_BASE };
}

function pathOf(source: string): string {
  if (/^file:/i.test(source)) {
    try {
      return fileURLToPath(source);
    } catch (cause) {
      throw new UsageError('HLS_URL', 'The file: URL is not valid.', {
        hint: 'Give the path of the file instead.',
        cause,
      });
    }
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(source)) {
    throw new UsageError('HLS_URL', 'Only http and https URLs and files are read.', { hint: 'Check the URL.' });
  }
  return source;
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const details = { hint: 'Check the path and that you may read the file.', cause };
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') {
      throw new UsageError('HLS_OPTION', `There is no file ${path}.`, details);
    }
    if (code === 'EACCES' || code === 'EPERM')
      throw new DiskError('HLS_DISK_DENIED', `${path} may not be read.`, details);
    throw new DiskError('HLS_DISK_IO', `${path} could not be read.`, details);
  }
}

function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new InternalError('HLS_INTERNAL', `Something unexpected happened: ${what}`, {
    hint: 'Please report this as a defect.',
    cause: error,
  });
}

async function printError(error: EngineError, isJson: boolean, io: InspectIo): Promise<ExitCode> {
  if (isJson) await write(io.stdout, `${JSON.stringify({ schema: 1, error: error.toJSON() })}\n`);
  else io.stderr.write(`hotframe: ${printable(error.message)} (${error.code})\n${printable(error.hint)}\n`);
  return error.exitCode;
}
