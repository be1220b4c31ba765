import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ProfileError } from '../profile/errors.ts';
import { EXPORT_FORMATS, exportProfile, type ExportFormat } from '../profile/export.ts';
import { readProfileFile } from '../profile/formats/file.ts';
import { CATEGORIES, type Suspect } from '../profile/categories.ts';
import { GATE_SUSPECTS, GATE_TOP, type Judging } from '../profile/hotFrames.ts';
import { writeWhole } from '../profile/record/cpu.ts';
import { summarise } from '../profile/summary.ts';
import { formatHotFrames } from '../profile/table.ts';
import type { FrameRules } from '../profile/frameRules.ts';
import { readUserRules } from '../profile/userRules.ts';
import { oneOf, parseArguments } from './arguments.ts';
import { write } from './standardStreams.ts';

export interface ProfileIo {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
}

const USAGE = `Usage: hotframe profile <file> [options]

Names the hot frames of a profile, recognised by its content, gzip or not: V8 CPU and heap profiles, perf script, flame graphs
(SVG of flamegraph.pl, inferno, cargo flamegraph), pprof, speedscope, Firefox and samply, Chrome trace events, folded stacks (a;b;c 12) and others (docs/profiles.md).

  --json                one JSON object on standard output
  --top <n>             how many hot frames are listed and judged (default ${GATE_TOP})
  --metric <which>      self (default) or total: the weight that ranks them
  --suspects <which>    what the gate looks for: ${GATE_SUSPECTS.join(',')} (default) or categories
  --rules <json>        your own rules for categories: a file, or the array itself (docs/profiles.md)
  --export <format>     write the profile as ${EXPORT_FORMATS.join(', ')} instead; needs -o
  -o, --output <file>   where to
  --help
`;

interface Options {
  file: string;
  isJson: boolean;
  judging: Judging;
  /** JSON or the path of a file with it. */
  rules: string | undefined;
  exporting: { format: ExportFormat; output: string } | undefined;
}

/**
 * `hotframe profile`: prints the hot frames and the gate, or the error that prevented it, and returns the exit code: 0; 2 bad usage or a file that
 * cannot be read; 5 an output that cannot be written. `args` come after the word `profile`. Rejects only when the output streams fail.
 */
export async function runProfile(args: string[], io: ProfileIo): Promise<number> {
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

async function run({ file, isJson, judging, rules, exporting }: Options): Promise<string> {
  const ownRules = rules === undefined ? {} : { rules: await readRules(rules) };
  const profile = await readProfileFile(file);
  if (exporting !== undefined) {
    await writeWhole(exporting.output, exportProfile(profile, exporting.format, basename(file)));
    const told = { schema: 1, format: exporting.format, output: { path: exporting.output } };
    return isJson ? `${JSON.stringify(told)}\n` : `${exporting.output} holds the profile as ${exporting.format}.\n`;
  }
  const summary = summarise(profile, { ...judging, ...ownRules });
  return isJson ? `${JSON.stringify(summary)}\n` : `${printable(formatHotFrames(summary))}\n`;
}

function readOptions(args: string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [file, second] = positionals;
  if (file === undefined) throw usage('Which profile? A file is missing.');
  if (second !== undefined) throw usage('The difference of two profiles is not available yet: one file at a time.');
  const top = Number(values.top);
  if (!Number.isInteger(top) || top < 1) throw usage('--top takes a whole number from 1.');
  const judging: Judging = {
    top,
    metric: oneOf('--metric', values.metric, ['self', 'total'], usage),
    suspects: readSuspects(values.suspects),
  };
  return {
    file,
    isJson: values.json,
    judging,
    rules: values.rules,
    exporting: readExport(values.export, values.output),
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
  const known = EXPORT_FORMATS.find((name) => name === format);
  if (known === undefined) throw usage(`There is no export format "${format}": ${EXPORT_FORMATS.join(', ')}.`);
  if (output === undefined) throw usage('--export needs -o <file>.');
  return { format: known, output };
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
