/** One cue of a WebVTT file (WebVTT §3.1), its text and settings as the file writes them. */
export interface Cue {
  /** Ticks of 90 kHz, as the times of the file or, once joined, of the time line. */
  startTicks: number;
  endTicks: number;
  /** Empty where it has none; one line. */
  id: string;
  /** Settings that a browser honours, in one order, a space between them. */
  settings: string;
  /** Lines joined by LF; none is empty, none holds `-->`. */
  text: string;
}

/** What X-TIMESTAMP-MAP says (RFC 8216bis §3.1.4): this local time is shown at that time of the stream, both in ticks. */
export interface TimestampMap {
  localTicks: number;
  /** 33 bits. */
  mpegTicks: number;
}

/** Everything of one segment that a joined file keeps. */
export interface SubtitleFile {
  /** Absent where the segment has none. */
  map?: TimestampMap;
  cues: readonly Cue[];
  /** The CSS of each STYLE block. */
  styles: readonly string[];
  /** The settings of each REGION block by its identifier. */
  regions: ReadonlyMap<string, string>;
}

/** A copy to keep: a slice of a segment's text would hold all of that text in memory. */
export function detach(text: string): string {
  return text === '' ? '' : Buffer.from(text).toString();
}
