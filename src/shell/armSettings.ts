import type { ArmSettings } from '../jobs/record.ts';

const MIB = 1024 * 1024;

/** Bounds of the settings that are numbers, with their defaults, in their own units. */
export const armBounds = {
  profileIntervalMicroseconds: { default: 5000, minimum: 100, maximum: 1_000_000 },
  concurrency: { default: 'auto', minimum: 1, maximum: 64 },
  reorderMemoryMiB: { default: 64, minimum: 8, maximum: 4096 },
} as const;

/** The settings that are words, the default first. */
export const armChoices = {
  profile: ['cpu', 'native', 'heap', 'none'],
  write: ['streaming', 'buffered'],
  http: ['auto', '1.1', '2'],
} as const;

/**
 * How downloads run by the settings. The workbench only warns about values that it does not offer: a number is moved to the nearest bound, what
 * is not known counts as not set.
 * @param read gives the value of a setting under `hotframe`.
 */
export function readArm(read: (name: string) => unknown): ArmSettings {
  const { profileIntervalMicroseconds, concurrency, reorderMemoryMiB } = armBounds;
  return {
    profile: choose(armChoices.profile, read('profile')),
    profileIntervalUs: whole(read('profileIntervalMicroseconds'), profileIntervalMicroseconds),
    write: choose(armChoices.write, read('write')),
    concurrency: whole(read('concurrency'), concurrency),
    http: choose(armChoices.http, read('http')),
    reorderMemoryBytes: whole(read('reorderMemoryMiB'), reorderMemoryMiB) * MIB,
  };
}

function choose<T extends string>(values: readonly [T, ...T[]], value: unknown): T {
  return values.find((known) => known === value) ?? values[0];
}

function whole<T>(value: unknown, bounds: { default: T; minimum: number; maximum: number }): number | T {
  if (typeof value !== 'number' || Number.isNaN(value)) return bounds.default;
  return Math.round(Math.min(bounds.maximum, Math.max(bounds.minimum, value)));
}
