import type { JobWishes } from '../jobs/record.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** What is wanted of a stream, in the words of tasks and scripts. */
export interface GivenWishes extends Omit<JobWishes, 'durationS' | 'deadAfterS'> {
  /** Seconds: how long a live stream is recorded, or the beginning of another one. */
  duration?: number;
  /** Seconds: a live stream that brings nothing new for so long is over. */
  deadAfter?: number;
}

/** Makes the error of a property that is wrong; throws never. */
export type Refusal = (property: string, message: string) => Error;

/** The properties that have few values, and those, the default first where there is one. */
export const wishChoices = {
  subtitleFormat: ['vtt', 'srt'],
  mux: ['mediabunny', 'ffmpeg', 'none'],
  from: ['edge', 'start'],
} as const satisfies { [Name in keyof GivenWishes]?: readonly NonNullable<GivenWishes[Name]>[] };

/** The longest wait that a person can ask for, in seconds: a day. */
export const DEAD_AFTER_MAX_S = 86_400;

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const isSeconds = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value > 0;

/** What each property has to be, in words, and whether it is. */
const rules: Record<keyof GivenWishes, { text: string; isRight: (value: unknown) => boolean }> = {
  variant: { text: 'is not a text', isRight: isText },
  audio: { text: 'is not a text or a list of texts', isRight: isTexts },
  subtitles: { text: 'is not a text or a list of texts', isRight: isTexts },
  subtitleFormat: choice('subtitleFormat'),
  mux: choice('mux'),
  duration: { text: 'is not a number of seconds above 0', isRight: isSeconds },
  from: choice('from'),
  deadAfter: {
    text: `is not a number of seconds from 1 to ${DEAD_AFTER_MAX_S}`,
    isRight: (value) => typeof value === 'number' && value >= 1 && value <= DEAD_AFTER_MAX_S,
  },
  // A typo must not decide whether a file with holes counts as one.
  sha256: { text: 'is not true or false', isRight: (value) => typeof value === 'boolean' },
  allowGaps: { text: 'is not true or false', isRight: (value) => typeof value === 'boolean' },
};

/**
 * The wishes among what a task or a script gives; what is not given is absent.
 * @throws what `refuse` makes of the first property that is wrong.
 */
export function readWishes(given: object, refuse: Refusal): GivenWishes {
  const values = new Map<string, unknown>(Object.entries(given));
  const wishes: Record<string, unknown> = {};
  for (const [name, { text, isRight }] of Object.entries(rules)) {
    const value = values.get(name);
    if (value === undefined) continue;
    if (!isRight(value)) throw refuse(name, text);
    wishes[name] = value;
  }
  return wishes;
}

/** The wishes in the words of the engine; what is not given is absent. */
export function toJobWishes({ duration: durationS, deadAfter: deadAfterS, ...wishes }: GivenWishes): JobWishes {
  return withoutUndefined({ ...wishes, durationS, deadAfterS });
}

/** Only the wishes of a request or of options. */
export function pickWishes(from: JobWishes): JobWishes {
  const {
    variant,
    audio,
    subtitles,
    subtitleFormat,
    mux,
    durationS,
    from: start,
    deadAfterS,
    sha256,
    allowGaps,
  } = from;
  const files = { subtitleFormat, mux, sha256, allowGaps };
  return withoutUndefined({ variant, audio, subtitles, ...files, durationS, from: start, deadAfterS });
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isText) : isText(value);
}

function choice(name: keyof typeof wishChoices): { text: string; isRight: (value: unknown) => boolean } {
  const values: readonly unknown[] = wishChoices[name];
  return { text: `is not one of ${values.join(', ')}`, isRight: (value) => values.includes(value) };
}
