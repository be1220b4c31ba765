import { toSrtText } from './cueText.ts';
import { formatTime } from './timestamps.ts';

/** A cue of the joined file; what is not shown at all is no longer there. */
export interface JoinedCue {
  /** Whole milliseconds from the beginning; the end is behind the start. */
  startMs: number;
  endMs: number;
  /** Empty, or of this cue alone. */
  id: string;
  settings: string;
  text: string;
}

/** What stands before the cues of a WebVTT file: the CSS of STYLE blocks, the settings of REGION blocks. */
export function vttHead(styles: Iterable<string>, regions: Iterable<string>): string {
  let head = 'WEBVTT\n\n';
  for (const style of styles) head += `STYLE\n${style}\n\n`;
  for (const region of regions) head += `REGION\n${region}\n\n`;
  return head;
}

/** The cue as a WebVTT file has it, with the empty line behind it. */
export function vttBlock({ startMs, endMs, id, settings, text }: JoinedCue): string {
  const times = `${formatTime(startMs, '.')} --> ${formatTime(endMs, '.')}`;
  return [...(id ? [id] : []), settings ? `${times} ${settings}` : times, ...(text ? [text] : []), '\n'].join('\n');
}

/** The cue as an SRT file has it, with the empty line behind it; empty where the format has nothing to show. */
export function srtBlock(number: number, { startMs, endMs, text }: JoinedCue): string {
  const plain = toSrtText(text);
  if (plain === '') return '';
  return `${number}\n${formatTime(startMs, ',')} --> ${formatTime(endMs, ',')}\n${plain}\n\n`;
}
