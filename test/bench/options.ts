import { parseArgs } from 'node:util';
import { peers } from './peers.ts';
import { scenarios } from './scenarios.ts';

export interface BenchOptions {
  scenarios: readonly string[];
  /** Names of the programs asked for; absent: those of the scenario. */
  only?: readonly string[];
  /** Our own program alone: by itself, and at each of these numbers of transfers at once. */
  sweep?: readonly number[];
  /** Every program in every scenario. */
  full: boolean;
  rounds: number;
  /** Where downloads are written; a folder of ours is made in it and removed. Absent: the system's temporary folder. */
  dir?: string;
  /** Where report.txt and report.json are left. */
  out?: string;
  /** JSON instead of tables on standard output. */
  json: boolean;
}

const defaultWidths = '1,2,4,8,16,32';

export const usage = `npm run bench -- [options]
  --scenario <name>  one of ${scenarios.map(({ name }) => name).join(', ')}; several with commas or by repetition
  --rounds <n>       how often each program runs each scenario (default 3)
  --only <names>     programs, with commas: ${peers.map(({ name }) => name).join(', ')}
  --sweep            this project alone: concurrency auto against each fixed one
  --widths <n,…>     those fixed ones (default ${defaultWidths})
  --full             every program in every scenario
  --dir <folder>     where the downloads are written, and removed afterwards (default: the temporary folder)
  --out <folder>     leaves report.txt and report.json there
  --json             prints JSON instead of tables`;

/** Reads the command line; throws an Error with a sentence for people where it is wrong. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', multiple: true },
      sweep: { type: 'boolean', default: false },
      widths: { type: 'string', default: defaultWidths },
      full: { type: 'boolean', default: false },
      dir: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const chosen = pick('scenario', values.scenario, scenarios);
  const only = pick('program', values.only, peers);
  return {
    scenarios: chosen ?? scenarios.filter(({ isDefault }) => isDefault).map(({ name }) => name),
    ...(only && { only }),
    ...(values.sweep && { sweep: values.widths.split(',').map((text) => parseCount('widths', text)) }),
    full: values.full,
    rounds: parseCount('rounds', values.rounds),
    ...(values.dir !== undefined && { dir: values.dir }),
    ...(values.out !== undefined && { out: values.out }),
    json: values.json,
  };
}

/** A whole number from 1; throws with the option's name otherwise. */
export function parseCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${option} takes a whole number from 1, not "${text}"`);
  return Number(text);
}

/** Names in the table's order, each once. */
function pick(what: string, given: readonly string[] | undefined, table: readonly { name: string }[]) {
  const names = given?.flatMap((text) => text.split(',')).map((name) => name.trim());
  const unknown = names?.find((name) => table.every((entry) => entry.name !== name));
  if (unknown !== undefined) {
    throw new Error(`no ${what} is called "${unknown}"; there are ${table.map(({ name }) => name).join(', ')}`);
  }
  return names && table.map(({ name }) => name).filter((name) => names.includes(name));
}
