import path from 'node:path';
import type { DownloadEvent } from '../engine/events.ts';
import type { OutputFile, Receipt } from '../engine/receipt.ts';

/** Shows a download's events on a terminal: one line that is drawn over, and a line of its own for each retry. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  #width = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(event: DownloadEvent): void {
    switch (event.type) {
      case 'planned':
        this.#tell(`${event.fragments} fragments, ${formatDuration(event.durationS)} of media`);
        return;
      case 'retry':
        this.#tell(`${event.error.message}; trying again in ${(event.delayMs / 1000).toFixed(1)} s`);
        return;
      case 'progress':
        if (this.#out.isTTY) this.#draw(progressText(event));
        return;
      case 'resumed':
      case 'renewed':
      case 'finishing':
      case 'fragment':
        return;
    }
  }

  /** Clears the line. */
  end(): void {
    this.#draw('');
  }

  #tell(text: string): void {
    this.#draw('');
    this.#out.write(`${text}\n`);
  }

  #draw(text: string): void {
    if (this.#width === 0 && text === '') return;
    this.#out.write(`\r${text.padEnd(this.#width)}${text === '' ? '\r' : ''}`);
    this.#width = text.length;
  }
}

function progressText(event: Extract<DownloadEvent, { type: 'progress' }>): string {
  const share = Math.floor((100 * event.fragments) / Math.max(1, event.fragmentsTotal));
  const left = event.remainingS === undefined ? '' : ` · ${formatDuration(event.remainingS)} left`;
  const count = `${event.fragments} of ${event.fragmentsTotal} fragments`;
  return `${share} % · ${count} · ${formatBytes(event.bytesPerSecond)}/s${left}`;
}

/** How a download ended, in words: a sentence, then a line for each file. */
export function describeReceipt(receipt: Receipt): string {
  const { fragments, bytes, wallMs } = receipt;
  switch (receipt.state) {
    case 'complete':
    case 'completeWithGaps': {
      const gaps = fragments.gaps === 0 ? 'whole' : `complete with ${counted(fragments.gaps, 'gap')}`;
      const speed = formatBytes((bytes.payload * 1000) / Math.max(1, wallMs));
      const name = path.basename(receipt.output?.path ?? '');
      const seconds = (wallMs / 1000).toFixed(1);
      const what = `${fragments.fetched} fragments, ${formatBytes(bytes.payload)} in ${seconds} s (${speed}/s)`;
      return [`${name} is ${gaps}: ${what}.`, ...files(receipt).map(describeFile)].join('\n');
    }
    case 'cancelled':
      return `Cancelled after ${fragments.fetched} of ${fragments.total} fragments; nothing is left behind.`;
    case 'failed':
      return receipt.error ? `${receipt.error.message} ${receipt.error.hint}` : 'The download failed.';
  }
}

function files({ output, renditions = [] }: Receipt): OutputFile[] {
  return [...(output ? [output] : []), ...renditions.map((rendition) => rendition.output)];
}

function describeFile({ path: file, bytes, sha256 }: OutputFile): string {
  return `  ${file}  ${formatBytes(bytes)}${sha256 === undefined ? '' : `  sha256 ${sha256}`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  return `${value >= 100 || step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step] ?? ''}`;
}

function formatDuration(s: number): string {
  const whole = Math.round(s);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(seconds).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
