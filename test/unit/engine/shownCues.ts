import type { Cue } from '../../origin/lab.ts';

/** A cue as a player shows it. */
export interface Shown {
  startMs: number;
  endMs: number;
  text: string;
}

/** The lab's cues, as they have to be in the file. */
export function expected(cues: readonly Cue[] = []): Shown[] {
  const shown = cues.map(({ startS, endS, text }) => {
    return { startMs: Math.round(startS * 1000), endMs: Math.round(endS * 1000), text };
  });
  return shown.sort(byTime);
}

function byTime(one: Shown, other: Shown): number {
  return one.startMs - other.startMs || one.endMs - other.endMs || (one.text < other.text ? -1 : 1);
}

function msOf(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.replace(',', '.').split(':').map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000);
}

/** The cues of a WebVTT or SRT file. */
export function cuesIn(file: string): Shown[] {
  const blocks = file.split('\n\n').map((block) => block.split('\n'));
  const shown = blocks.flatMap((lines): Shown[] => {
    const at = lines.findIndex((line) => line.includes(' --> '));
    const [start = '', , end = ''] = (lines[at] ?? '').split(' ');
    return at === -1 ? [] : [{ startMs: msOf(start), endMs: msOf(end), text: lines.slice(at + 1).join('\n') }];
  });
  return shown.sort(byTime);
}
