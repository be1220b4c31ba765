import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ProfileError } from '../profile/errors.ts';
import { diffProfiles, type ProfileDiff } from '../profile/diff.ts';
import { DIFF_EXPORT_FORMATS, exportDiff } from '../profile/diffExport.ts';
import { formatDiff, summariseDiff, type Listing } from '../profile/diffTable.ts';
import { EXPORT_FORMATS, exportProfile } from '../profile/export.ts';
import { readProfileFile } from '../profile/formats/file.ts';
import { CATEGORIES, type Suspect } from '../profile/categories.ts';
import { GATE_SUSPECTS, GATE_TOP, type Judging } from '../profile/hotFrames.ts';
import { writeWhole } from '../profile/record/profileFile.ts';
import { summarise } from '../profile/summary.ts';
import { formatHotFrames } from '../profile/table.ts';
import type { FrameRules } from '../profile/frameRules.ts';
import { readUserRules } from '../profile/userRules.ts';
import { oneOf, parseArguments } from './arguments.ts';
import { exitCodeHelp, profileExits, type ProfileExitCode } from './exitCodes.ts';
import { write } from './standardStreams.ts';

export interface ProfileIo {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
}

const USAGE = `Usage: hotframe profile <file> [<file>] [options]

Names the hot frames of a profile, recognised by its content, gzip or not: V8 CPU and heap profiles, perf script, flame graphs
(SVG of flamegraph.pl, inferno, cargo flamegraph), pprof, speedscope, Firefox and samply, Chrome trace events, folded stacks (a;b;c 12) and others (docs/profiles.md).
With a second file: what changed from the first to the second, function by function; stacks are matched by name.

  --json                one JSON object on standard output
  --top <n>             how many hot frames are listed and judged (default ${GATE_TOP})
  --metric <which>      self (default) or total: the weight that ranks them
  --suspects <which>    what the gate looks for: ${GATE_SUSPECTS.join(',')} (default) or categories
  --rules <json>        your own rules for categories: a file, or the array itself (docs/profiles.md)
  --export <format>     write the profile as ${EXPORT_FORMATS.join(', ')} instead; needs -o.
                        Two files: ${DIFF_EXPORT_FORMATS.join(', ')}
  -o, --output <file>   where to
  --absolute            two files: compare weights, not shares of what each was busy with
  --match-lines         two files: functions at another line of their file are others
  --help                this text

${exitCodeHelp(profileExits)}`;

interface Options {
  file: string;
  /** What it is compared with. */
  second: string | undefined;
  isJson: boolean;
  judging: Judging;
  /** JSON or the path of a file with it. */
  rules: string | undefined;
  exporting: { format: string; output: string } | undefined;
  isAbsolute: boolean;
  hasLines: boolean;
}

/**
 * `hotframe profile`: prints the hot frames and the gate, or the error that prevented it, and returns the exit code: 0; 2 bad usage or a file that
 * cannot be read; 5 an output that cannot be written. `args` come after the word `profile`. Rejects only when the output streams fail.
 */
export async function runProfile(args: string[], io: ProfileIo): Promise<ProfileExitCode> {
  // Errors of the options themselves are printed in the form that was asked for, too.
  const isJson = args.includes('--json');
  try {
    const options = readOptions(args);
    await write(io.stdout, options === 'help' ? USAGE : await run(options));
    return 0;
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    if (isJson) await write(io.stdout, `${JSON.stringify({ schema: 1, error: error.toJSON() })}\n`);
    else io.stderr.write(`hotframe: ${printable(error.message)} (${error.code})\n${printable(error.hint)}\n`);
    return error.code === 'PROFILE_UNWRITABLE' ? 5 : 2;
  }
}

async function run(options: Options): Promise<string> {
  const { file, second, isJson, rules, exporting } = options;
  const judging = { ...options.judging, ...(rules === undefined ? {} : { rules: await readRules(rules) }) };
  if (second !== undefined) return runDiff(second, { ...options, judging });
  const format = exporting && oneOf('--export', exporting.format, EXPORT_FORMATS, usage);
  const profile = await readProfileFile(file);
  if (exporting !== undefined && format !== undefined) {
    return writeExport(exportProfile(profile, format, basename(file)), exporting, isJson, 'profile');
  }
  const summary = summarise(profile, judging);
  return isJson ? `${JSON.stringify(summary)}\n` : `${printable(formatHotFrames(summary))}\n`;
}

async function runDiff(second: string, options: Options): Promise<string> {
  const { file, isJson, judging, exporting, isAbsolute, hasLines } = options;
  const format = exporting && oneOf('--export of two files', exporting.format, DIFF_EXPORT_FORMATS, usage);
  const [before, after] = namesOf(file, second);
  const diff: ProfileDiff = diffProfiles(
    { name: before, profile: await readProfileFile(file) },
    { name: after, profile: await readProfileFile(second) },
    { ...judging, hasLines },
  );
  const basis = isAbsolute ? 'weight' : 'share';
  if (exporting !== undefined && format !== undefined) {
    return writeExport(exportDiff(diff, format, basis), exporting, isJson, 'difference');
  }
  const { top = GATE_TOP, metric = 'self' } = judging;
  const listing: Listing = { top, metric, basis };
  const summary = summariseDiff(diff, listing);
  return isJson ? `${JSON.stringify(summary)}\n` : `${printable(formatDiff(summary, listing))}\n`;
}

/** What two files are called: by their names, by their paths where the names are one. */
function namesOf(first: string, second: string): [string, string] {
  return basename(first) === basename(second) ? [first, second] : [basename(first), basename(second)];
}

async function writeExport(
  text: string,
  { format, output }: NonNullable<Options['exporting']>,
  isJson: boolean,
  what: string,
): Promise<string> {
  await writeWhole(output, text);
  const told = { schema: 1, format, output: { path: output } };
  return isJson ? `${JSON.stringify(told)}\n` : `${output} holds the ${what} as ${format}.\n`;
}

function readOptions(args: string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [file, second, third] = positionals;
  if (file === undefined) throw usage('Which profile? A file is missing.');
  if (third !== undefined) throw usage('Two files at most: the second is compared with the first.');
  if (second === undefined && (values.absolute || values['match-lines'])) {
    throw usage('--absolute and --match-lines are for two files: a second one is missing.');
  }
  const top = Number(values.top);
  if (!Number.isInteger(top) || top < 1) throw usage('--top takes a whole number from 1.');
  const judging: Judging = {
    top,
    metric: oneOf('--metric', values.metric, ['self', 'total'], usage),
    suspects: readSuspects(values.suspects),
  };
  return {
    file,
    second,
    isJson: values.json,
    judging,
    rules: values.rules,
    exporting: readExport(values.export, values.output),
    isAbsolute: values.absolute,
    hasLines: values['match-lines'],
  };
}

function readSuspects(text: string): Suspect[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => oneOf('--suspects', name, [...new Set([...GATE_SUSPECTS, ...CATEGORIES])], usage));
}

async function readRules(source: string): Promise<FrameRules> {
  let text = source;
  if (!source.trimStart().startsWith('[')) {
    try {
      text = await readFile(source, 'utf8');
    } catch (error) {
      throw usage(
        `The file of --rules cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        error,
      );
    }
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage('--rules takes JSON or a file with it, and this is none.', error);
  }
  return readUserRules(value);
}

function readExport(format: string | undefined, output: string | undefined): Options['exporting'] {
  if (format === undefined && output === undefined) return undefined;
  if (format === undefined) throw usage('-o is for --export: name the format too.');
  if (output === undefined) throw usage('--export needs -o <file>.');
  return { format, output };
}

function parse(args: string[]) {
  return parseArguments(
    args,
    {
      json: { type: 'boolean', default: false },
      top: { type: 'string', default: String(GATE_TOP) },
      metric: { type: 'string', default: 'self' },
      suspects: { type: 'string', default: GATE_SUSPECTS.join(',') },
      rules: { type: 'string' },
      export: { type: 'string' },
      output: { type: 'string', short: 'o' },
      absolute: { type: 'boolean', default: false },
      'match-lines': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    usage,
  );
}

function usage(message: string, cause?: unknown): ProfileError {
  return new ProfileError('PROFILE_OPTION', message, { hint: '`hotframe profile --help` lists the options.', cause });
}

/** Names in a profile come from anywhere: a control character must not drive the terminal. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}
