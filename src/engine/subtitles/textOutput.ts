import type { OutputFile } from '../output/outputFile.ts';
import type { Slot } from '../output/slot.ts';
import { openPieces } from './pieces.ts';
import { srtBlock, vttBlock, vttHead, type JoinedCue } from './textFile.ts';

export type SubtitleFormat = 'vtt' | 'srt';

/** A text is written in pieces of about so many characters. */
const pieceLength = 1 << 16;

/** A file of joined subtitles while it is written: it has its place, but not its name yet. Throws DiskErrors. */
export class TextOutput {
  readonly output: OutputFile;
  readonly #format: SubtitleFormat;
  #waiting = '';
  #shown = 0;

  private constructor(output: OutputFile, format: SubtitleFormat) {
    this.output = output;
    this.#format = format;
    // What stands before the cues is known last; what is said here is only where they begin.
    this.#head.announce(format === 'vtt' ? vttHead([], []).length : 0);
  }

  /** `stream`: what the file holds, in words. */
  static async open(path: string, stream: string, format: SubtitleFormat): Promise<TextOutput> {
    return new TextOutput(await openPieces(path, stream, 2), format);
  }

  /** Cues by their start. */
  add(cues: Iterable<JoinedCue>): void {
    for (const cue of cues) {
      const block = this.#format === 'vtt' ? vttBlock(cue) : srtBlock(this.#shown + 1, cue);
      if (block === '') continue;
      this.#shown++;
      this.#waiting += block;
      if (this.#waiting.length >= pieceLength) this.#flush();
    }
  }

  /** No more cues; in WebVTT `head` stands before them. */
  end(head: string): void {
    this.#flush();
    this.#body.finish();
    if (this.#format === 'vtt') this.#head.write(Buffer.from(head));
    this.#head.finish();
  }

  #flush(): void {
    if (this.#waiting !== '') this.#body.write(Buffer.from(this.#waiting));
    this.#waiting = '';
  }

  get #head(): Slot {
    return this.output.slots[0] as Slot;
  }

  get #body(): Slot {
    return this.output.slots[1] as Slot;
  }
}
