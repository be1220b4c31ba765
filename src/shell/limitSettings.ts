import { defaultLimits, type Limits } from '../engine/request.ts';

/** How a limit of the engine is set by a person. */
export interface LimitSetting {
  /** Under `hotframe.limits`; the unit is in the name. */
  name: string;
  /** One unit of the setting in units of the limit. */
  scale: number;
  /** In units of the setting. */
  minimum: number;
  maximum: number;
  isInteger: boolean;
}

const KIB = 1024;
const MIB = 1024 * KIB;
/** Timers reach no further than 24 days; nobody waits for longer than a day. */
const DAY_S = 86_400;

const seconds = { scale: 1000, minimum: 1, maximum: DAY_S, isInteger: false };

/** Every limit, in the order of the settings' page. */
export const limitSettings: Readonly<Record<keyof Limits, LimitSetting>> = {
  firstByteMs: { name: 'firstByteSeconds', ...seconds },
  stallMs: { name: 'stallSeconds', ...seconds },
  minimumBytesPerSecond: {
    name: 'minimumKiBPerSecond',
    scale: KIB,
    minimum: 0.001,
    maximum: 1_000_000,
    isInteger: false,
  },
  rateWindowMs: { name: 'rateWindowSeconds', ...seconds },
  noProgressMs: { name: 'noProgressSeconds', ...seconds },
  tries: { name: 'tries', scale: 1, minimum: 1, maximum: 1000, isInteger: true },
  retryAfterMs: { name: 'retryAfterSeconds', ...seconds, minimum: 0 },
  playlistBytes: { name: 'playlistMiB', scale: MIB, minimum: 1, maximum: 2048, isInteger: true },
  fragmentBytes: { name: 'fragmentMiB', scale: MIB, minimum: 1, maximum: 1_000_000, isInteger: true },
  bandwidthMargin: { name: 'bandwidthMargin', scale: 1, minimum: 1, maximum: 1000, isInteger: false },
  undeclaredBandwidth: {
    name: 'undeclaredMbitPerSecond',
    scale: 1e6,
    minimum: 1,
    maximum: 1_000_000,
    isInteger: false,
  },
};

/**
 * The limits as a person set them. The workbench only warns about a value out of bounds: it is moved to the nearest
 * bound; what is no number counts as not set.
 * @param read gives the value of a setting under `hotframe.limits`.
 */
export function readLimits(read: (name: string) => unknown): Limits {
  const limits = { ...defaultLimits };
  for (const [limit, setting] of Object.entries(limitSettings) as [keyof Limits, LimitSetting][]) {
    const value = read(setting.name);
    if (typeof value !== 'number' || Number.isNaN(value)) continue;
    const bounded = Math.min(setting.maximum, Math.max(setting.minimum, value));
    limits[limit] = (setting.isInteger ? Math.round(bounded) : bounded) * setting.scale;
  }
  return limits;
}
