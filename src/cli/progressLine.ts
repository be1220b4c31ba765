import path from 'node:path';
import type { DownloadEvent } from '../engine/events.ts';
import type { OutputFile, Receipt } from '../engine/receipt.ts';
import { counted, formatBytes, formatDuration } from './figures.ts';
import { limitText } from './limitText.ts';

/** What a download is told on: a terminal, or a file or pipe that gets whole lines only. */
export interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

type Event<T extends DownloadEvent['type']> = Extract<DownloadEvent, { type: T }>;

/** Shows a download's events on a terminal: one line that is drawn over, and a line of its own for what went otherwise. */
export class ProgressLine {
  readonly #out: Terminal;
  #width = 0;
  #resumed: Event<'resumed'> | undefined;
  #isLive = false;

  constructor(out: Terminal) {
    this.#out = out;
  }

  show(event: DownloadEvent): void {
    switch (event.type) {
      case 'resumed':
        // The fragments of the whole are known with the plan only.
        this.#resumed = event;
        return;
      case 'planned':
        this.#isLive = event.isLive === true;
        this.#tell(
          this.#isLive
            ? 'A live stream: recording until it ends or is stopped (Ctrl+C).'
            : `${counted(event.fragments, 'fragment')}, ${formatDuration(event.durationS)} of media`,
        );
        if (this.#resumed) this.#tell(resumedText(this.#resumed, event.fragments));
        for (const text of subtitleTexts(event)) this.#tell(text);
        return;
      case 'retry':
        this.#tell(retryText(event));
        return;
      case 'renewed':
        this.#tell('The addresses had expired; the playlist was read again.');
        return;
      case 'moved':
        this.#tell(`Going on with pathway ${event.pathway}: ${movedBecause[event.why]}.`);
        return;
      case 'fragment':
        this.#tellFragment(event.receipt);
        return;
      case 'progress':
        if (this.#out.isTTY) this.#draw(this.#isLive ? recordingText(event) : progressText(event));
        return;
      case 'hole':
        this.#tell(
          `${counted(event.count, 'fragment')}${whose(event)} (${formatDuration(event.durationS)}) were missed.`,
        );
        return;
      case 'reset':
        this.#tell('The numbers of the playlist begin anew; the recording goes on.');
        return;
      case 'outage':
        this.#tell(`${event.error.message}; the recording waits for it.`);
        return;
      case 'recovered':
        this.#tell(`The playlist is back after ${formatDuration(event.outageMs / 1000)}.`);
        return;
      case 'salvaged':
        this.#tell(`What an interrupted recording left is saved as ${event.path}.`);
        return;
      case 'finishing':
        return;
      case 'muxing':
        if (this.#out.isTTY) this.#draw(`writing the file · ${Math.floor(event.share * 100)} %`);
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

  #tellFragment({ state, error, partsError }: Event<'fragment'>['receipt']): void {
    if (state === 'missing') this.#tell(`${error?.message ?? ''}; it is left out`);
    else if (state === 'partial' && error) this.#tell(`${error.message}; its first parts stay`);
    else if (partsError) this.#tell(`${partsError.message}; the fragment was fetched as a whole`);
  }

  #draw(text: string): void {
    if (this.#width === 0 && text === '') return;
    this.#out.write(`\r${text.padEnd(this.#width)}${text === '' ? '\r' : ''}`);
    this.#width = text.length;
  }
}

function subtitleTexts({ overlookedSubtitles, lostSubtitles = [] }: Event<'planned'>): string[] {
  return [
    ...(overlookedSubtitles ? [overlookedText(overlookedSubtitles)] : []),
    ...lostSubtitles.map(({ message }) => `${message}; recording without them.`),
  ];
}

function overlookedText(subtitles: readonly string[]): string {
  return `No subtitles are marked as the default; there are ${subtitles.join(', ')}: --subtitles <one of these>, or all.`;
}

function resumedText({ fragments, bytes, isChanged }: Event<'resumed'>, total: number): string {
  if (isChanged) return 'The playlist has changed since the last try; starting over.';
  return `Going on: ${fragments} of ${counted(total, 'fragment')} are there (${formatBytes(bytes)}).`;
}

const movedBecause = { steering: 'steering wants it', failure: 'the one before failed' } as const;

function retryText({ error, delayMs, isAnnounced }: Event<'retry'>): string {
  const seconds = Number((delayMs / 1000).toFixed(1));
  return `${error.message}; ${isAnnounced ? `the origin asks to wait ${seconds} s` : `trying again in ${seconds} s`}`;
}

function progressText(event: Event<'progress'>): string {
  const share = Math.floor((100 * event.fragments) / Math.max(1, event.fragmentsTotal));
  const left = event.remainingS === undefined ? '' : ` · ${formatDuration(event.remainingS)} left`;
  const count = `${event.fragments} of ${counted(event.fragmentsTotal, 'fragment')}`;
  return `${share} % · ${count} · ${formatBytes(event.bytesPerSecond)}/s${left}`;
}

function recordingText({ fragments, bytes, bytesPerSecond }: Event<'progress'>): string {
  return `recording · ${counted(fragments, 'fragment')} · ${formatBytes(bytes)} · ${formatBytes(bytesPerSecond)}/s`;
}

/** How a download ended, in words: a sentence, then a line for each kind of gap, for what it was limited by, for each file and each profile. */
export function describeReceipt(receipt: Receipt): string {
  switch (receipt.state) {
    case 'complete':
    case 'completeWithGaps':
      return [
        wholeText(receipt),
        ...gapLines(receipt),
        ...partLines(receipt),
        ...subtitleLines(receipt),
        ...concurrencyLines(receipt),
        ...httpLines(receipt),
        ...(receipt.bottleneck ? [`  ${limitText(receipt.bottleneck)}`] : []),
        ...files(receipt).map(describeFile),
        ...receipt.profiles.map(describeProfile),
      ].join('\n');
    case 'cancelled':
      return [stoppedText(receipt), ...receipt.profiles.map(describeProfile)].join('\n');
    case 'failed':
      return [failedText(receipt), ...receipt.profiles.map(describeProfile)].join('\n');
  }
}

function wholeText({ state, fragments, bytes, wallMs, output }: Receipt): string {
  const isWhole = state === 'complete';
  const gaps = fragments.gaps > 0 ? `complete with ${counted(fragments.gaps, 'gap')}` : isWhole ? 'whole' : 'there';
  const name = path.basename(output?.path ?? '');
  const seconds = (wallMs / 1000).toFixed(1);
  const resumed = fragments.resumed === 0 ? '' : `, ${fragments.resumed} of them from an earlier try`;
  const count = `${counted(fragments.fetched + fragments.resumed, 'fragment')}${resumed}`;
  // What an earlier try fetched took its own time: a speed would be one of nobody.
  const speed = resumed === '' ? ` (${formatBytes((bytes.payload * 1000) / Math.max(1, wallMs))}/s)` : '';
  return `${name} is ${gaps}: ${count}, ${formatBytes(bytes.payload)} in ${seconds} s${speed}.`;
}

function gapLines({ fragments: { gaps, declaredGaps }, recording, isEndMissing }: Receipt): string[] {
  const holes = recording?.holes ?? 0;
  const missing = gaps - declaredGaps - holes;
  return [
    ...(isEndMissing ? ['  its playlist has no end tag: its end may be missing'] : []),
    ...(recording?.ended === 'dead' ? ['  the stream fell silent: its end may be missing'] : []),
    ...(holes > 0 ? [`  ${counted(holes, 'fragment')} left the live playlist before they were seen`] : []),
    ...(missing > 0 ? [`  ${counted(missing, 'fragment')} could not be had and ${isOrAre(missing)} left out`] : []),
    ...(declaredGaps > 0
      ? [`  ${counted(declaredGaps, 'fragment')} ${isOrAre(declaredGaps)} missing at the origin, as the playlist says`]
      : []),
  ];
}

/** Part of the details: how many fragments were fetched at once, where that was chosen on the way. */
function concurrencyLines({ perFragment, concurrency }: Receipt): string[] {
  if (perFragment === undefined || concurrency === undefined) return [];
  const { start, decisions } = concurrency;
  const changes = decisions.slice(1).map(({ ms, width, why }) => `${width} after ${(ms / 1000).toFixed(2)} s (${why})`);
  return [`  fragments at once: ${[String(start), ...changes].join(', ')}`];
}

/** Part of the details, too: which version of HTTP was chosen. */
function httpLines({ perFragment, httpChoice }: Receipt): string[] {
  if (perFragment === undefined || httpChoice === undefined) return [];
  const { picked, why, mbps } = httpChoice;
  const figures = mbps && `${mbps.http1} Mbit/s over HTTP/1.1, ${mbps.http2} over HTTP/2, ${measured[mbps.of]}`;
  return [`  HTTP/${picked}: ${why}${figures ? ` (${figures})` : ''}`];
}

const measured = { each: 'each fragment', all: 'all together' } as const;

/** Of another stream than the main one. */
function whose({ stream }: { stream: string }): string {
  return stream === 'main' ? '' : ` of ${stream}`;
}

function subtitleLines({ recording }: Receipt): string[] {
  return (recording?.subtitles ?? []).flatMap(({ name, holes, error }) => [
    ...(holes > 0 ? [`  ${counted(holes, 'segment')} of the subtitles "${name}" ${isOrAre(holes)} missing`] : []),
    ...(error ? [`  the subtitles "${name}": ${error.message}`] : []),
  ]);
}

function partLines({ recording }: Receipt): string[] {
  if (recording?.parts === undefined) return [];
  const { fragments, parts, refetched } = recording.parts;
  return [
    ...(fragments > 0
      ? [`  ${counted(fragments, 'fragment')} came part by part as they were made (${parts} parts)`]
      : []),
    ...(refetched > 0 ? [`  ${counted(refetched, 'fragment')} had to be fetched as a whole after all`] : []),
  ];
}

function stoppedText({ fragments, kept }: Receipt): string {
  if (fragments.total === 0 && !kept) return 'Stopped before the first fragment; nothing is kept.';
  const there = kept?.fragments ?? fragments.fetched + fragments.resumed;
  const rest = kept ? `${formatBytes(kept.bytes)} are kept, the same command goes on from there.` : 'nothing is kept.';
  return `Stopped after ${there} of ${counted(fragments.total, 'fragment')}; ${rest}`;
}

function failedText({ error, fragments, kept }: Receipt): string {
  const why = error ? `${error.message.replace(/[^.]$/, '$&.')} ${error.hint} (${error.code})` : 'The download failed.';
  if (!kept) return why;
  const what = `${kept.fragments} of ${counted(fragments.total, 'fragment')} (${formatBytes(kept.bytes)})`;
  return `${why}\n${what} are kept, the same command goes on from there.`;
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function files({ output, renditions = [] }: Receipt): OutputFile[] {
  return [...(output ? [output] : []), ...renditions.map((rendition) => rendition.output)];
}

function describeFile({ path: file, bytes, sha256 }: OutputFile): string {
  return `  ${file}  ${formatBytes(bytes)}${sha256 === undefined ? '' : `  sha256 ${sha256}`}`;
}

function describeProfile({ kind, path: file }: Receipt['profiles'][number]): string {
  return `  ${file}  ${kind === 'cpu' ? 'CPU' : kind} profile`;
}
