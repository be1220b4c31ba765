import type { SubtitlePlace } from '../../../../src/engine/subtitles/joiner.ts';
import { SubtitleJoiner } from '../../../../src/engine/subtitles/joiner.ts';

/** A WebVTT file of these lines. */
export function vtt(...lines: readonly string[]): Buffer {
  return Buffer.from(`${['WEBVTT', ...lines].join('\n')}\n`);
}

/** A place without anything special. */
export function place(startS: number, durationS = 6, more: Partial<SubtitlePlace> = {}): SubtitlePlace {
  return { startS, durationS, isDiscontinuity: false, ...more };
}

/** Segments of 6 s, one after the other, joined. */
export function joined(segments: readonly Buffer[], options: { firstPtsTicks?: number } = {}): SubtitleJoiner {
  const joiner = new SubtitleJoiner(options);
  segments.forEach((segment, index) => {
    const problem = joiner.add(segment, place(index * 6));
    if (problem) throw new Error(problem.message);
  });
  return joiner;
}

/** What is shown: start and end in seconds, and the text. */
export function shown(joiner: SubtitleJoiner): [number, number, string][] {
  return [...joiner.cues()].map(({ startMs, endMs, text }) => [startMs / 1000, endMs / 1000, text]);
}
