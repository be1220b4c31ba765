import type { ParseArgsOptionsConfig } from 'node:util';
import { defaultLimits, type Limits } from '../engine/request.ts';
import { helpLine, readNumber, type NumberRule, type Refusal } from './arguments.ts';

/** How a limit is given on the command line. */
interface LimitOption extends NumberRule {
  /** The option, without its dashes. */
  name: string;
  unit: Unit;
  help: string;
}

type Unit = keyof typeof units;

/** One of each in the unit of the engine: milliseconds, bytes, bits per second. */
const units = { s: 1000, 'KiB/s': 1024, MiB: 1024 * 1024, 'Mbit/s': 1e6, times: 1, n: 1 };

const day = 86_400;
const seconds = { unit: 's', least: 0.001, most: day } as const;
const mebibytes = { unit: 'MiB', least: 0.001, most: 1_000_000 } as const;

/** Every limit of the engine; the order is that of the help. */
export const limitOptions: Readonly<Record<keyof Limits, LimitOption>> = {
  firstByteMs: { name: 'first-byte-timeout', ...seconds, help: 'longest wait for the first byte of an answer' },
  stallMs: { name: 'stall-timeout', ...seconds, help: 'longest silence within a body' },
  minimumBytesPerSecond: {
    ...{ name: 'min-rate', unit: 'KiB/s', least: 0.001, most: 1_000_000 },
    help: 'a slower body is given up and tried again',
  },
  rateWindowMs: { name: 'min-rate-window', ...seconds, help: 'the time over which that rate is measured' },
  noProgressMs: {
    ...{ name: 'no-progress-timeout', ...seconds },
    help: 'longest time below it, over all tries of a fragment',
  },
  tries: { name: 'tries', unit: 'n', least: 1, most: 1000, isWhole: true, help: 'tries of a fragment, the first too' },
  retryAfterMs: { name: 'max-retry-after', ...seconds, help: 'longest wait that an origin may ask for' },
  // A larger one fits no buffer.
  playlistBytes: { name: 'max-playlist', ...mebibytes, most: 4096, help: 'largest playlist, decompressed' },
  fragmentBytes: { name: 'fragment-allowance', ...mebibytes, help: 'a fragment may always have as much' },
  bandwidthMargin: {
    ...{ name: 'bandwidth-margin', unit: 'times', least: 0.001, most: 1_000_000 },
    help: '… and so many times its bandwidth × its duration',
  },
  undeclaredBandwidth: {
    ...{ name: 'assumed-bandwidth', unit: 'Mbit/s', least: 0.001, most: 1_000_000 },
    help: 'bandwidth of a stream that declares none',
  },
};

const entries = Object.entries(limitOptions) as [keyof Limits, LimitOption][];

/** The limits as `parseArgs` takes them. */
export const limitParsing: ParseArgsOptionsConfig = Object.fromEntries(
  entries.map(([, { name }]) => [name, { type: 'string' }]),
);

/** The default of a limit, with its unit: `15 s`. */
export function limitDefault(field: keyof Limits): string {
  const { unit } = limitOptions[field];
  const value = defaultLimits[field] / units[unit];
  return unit === 'n' || unit === 'times' ? String(value) : `${value} ${unit}`;
}

/** The lines of the help, with the defaults. */
export const limitHelp: string = entries
  .map(([field, { name, unit, help }]) =>
    helpLine(`--${name} <${unit}>`, `${help} (default ${defaultLimits[field] / units[unit]})`),
  )
  .join('');

/** The limits among the parsed `values`, in the units of the engine. Throws what `refuse` makes of a wrong one. */
export function readLimits(values: Readonly<Record<string, unknown>>, refuse: Refusal): Partial<Limits> {
  const limits: Partial<Limits> = {};
  for (const [field, option] of entries) {
    const text = values[option.name];
    if (typeof text !== 'string') continue;
    const value = readNumber(`--${option.name}`, text, option, refuse) * units[option.unit];
    // A part of a millisecond or of a byte is none.
    limits[field] = option.unit === 's' || option.unit === 'MiB' ? Math.ceil(value) : value;
  }
  return limits;
}
