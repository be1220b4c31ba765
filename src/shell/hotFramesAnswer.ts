import { judge, type Gate, type Judging } from '../profile/hotFrames.ts';
import type { Profile } from '../profile/model.ts';

/** The hot frames of a profile, for a reader that counts every word. Shares are of the busy weight, 0 to 1. */
export interface HotFramesAnswer {
  format: string;
  unit: string;
  /** Weight of all samples that were not idle. */
  busy: number;
  hotFrames: { name: string; at?: string; self: number; category: string }[];
  categories: Record<string, number>;
  gate: { suspects: readonly string[]; top: number; literal: Reading; owned: Reading };
  /** What the format could not tell. */
  lost: string[];
}

interface Reading {
  hit: boolean;
  suspects: readonly string[];
}

/** What less of the busy weight is left out of the categories. */
const SHOWN_SHARE = 0.005;

/** Judges a profile and names its first `top` frames. */
export function answerHotFrames(profile: Profile, judging: Judging, top: number): HotFramesAnswer {
  const { hot, gate } = judge(profile, judging);
  return {
    format: profile.format,
    unit: profile.unit,
    busy: hot.total - hot.idle,
    hotFrames: hot.frames.slice(0, top).map(({ name, file, line, selfShare, category }) => ({
      name,
      ...(file === undefined ? {} : { at: line === undefined ? file : `${file}:${line}` }),
      self: round(selfShare),
      category,
    })),
    categories: Object.fromEntries(
      hot.categories.filter(({ share }) => share >= SHOWN_SHARE).map(({ category, share }) => [category, round(share)]),
    ),
    gate: answerGate(gate),
    lost: profile.lost,
  };
}

function answerGate({ suspects, top, literal, owned }: Gate): HotFramesAnswer['gate'] {
  return {
    suspects,
    top,
    literal: { hit: literal.hit, suspects: literal.suspects },
    owned: { hit: owned.hit, suspects: owned.suspects },
  };
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}
