import { ProfileError } from '../errors.ts';
import type { Profile } from '../model.ts';
import type { Content } from './content.ts';
import {
  isFrameLine,
  isKernelAddress,
  readFrame,
  readHeader,
  splitFrameLine,
  type PerfFrame,
  type PerfHeader,
} from './perfLines.ts';
import { PerfTrees } from './perfTrees.ts';

const LOST_ALWAYS = [
  'perf samples threads while they run: waiting and sleeping weigh nothing, unless the event itself is a wait',
  'perf script has no calls: a frame’s weight is that of the samples in it, and short functions may be missing',
];

const LINE_MAX = 2 ** 20;
const STACK_MAX = 2 ** 17;
/** Frames are cached by their text, offset included; a file of nothing but different ones must not fill the memory. */
const CACHE_MAX = 2 ** 17;
const PIECE_LENGTH = 2 ** 18;

const JUDGED_LENGTH = 2 ** 20;
const JUDGED_LINES = 5000;

/** Does the text, or the start of it, look like `perf script`? */
export function detect(content: Content): boolean {
  return (content.kind === 'text' || content.kind === 'brokenJson') && looksLikePerfScript(content.text);
}

/**
 * Does a file that starts like this hold `perf script`? Either a sample's line with its frames under it, or sample lines with their only
 * frame behind them, or frames alone as `perf script -F ip,sym` prints them.
 */
export function looksLikePerfScript(start: string): boolean {
  const lines = start
    .slice(0, JUDGED_LENGTH)
    .split('\n', JUDGED_LINES)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  let headers = 0;
  let frames = 0;
  let alone = 0;
  let isAfterHeader = false;
  for (const line of lines) {
    const isFrame: boolean =
      isFrameLine(line) || (isAfterHeader && /^(?:\t *[0-9a-f]{1,16}(?:\s|$)|\s+[0-9a-f]{4,16} \S)/.test(line));
    const header: PerfHeader | undefined = isFrame ? undefined : readHeader(line);
    if (isFrame) frames++;
    else if (header !== undefined && lonelyFrame(header) !== undefined) alone++;
    else if (header?.isCertain === true && !/^\s/.test(line)) headers++;
    isAfterHeader = isFrame ? isAfterHeader : header?.isCertain === true;
  }
  if (headers > 0 && frames > 0) return true;
  if (alone > 0 && alone >= lines.length * 0.9) return true;
  return frames > 0 && frames >= lines.length / 2;
}

/**
 * Reads the text of `perf script`; see `PerfScriptReader`.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE
 */
export function parse(content: Content): Profile {
  const text = content.kind === 'text' || content.kind === 'brokenJson' ? content.text : '';
  const reader = new PerfScriptReader();
  for (let at = 0; at < text.length; at += PIECE_LENGTH) reader.push(text.slice(at, at + PIECE_LENGTH));
  return reader.end();
}

/**
 * Reads the text of `perf script` in pieces of any length, keeping only the merged stacks.
 *
 * Fields may be any that `-F` prints. Threads are told apart by their ids, else by their command. A clock's periods become microseconds, those of
 * other events counts; without periods each sample weighs one. Of several events one is shown and the others are named in `lost`: the
 * one nearest to time, else the one with the most samples. Processors that idle are `(idle)`. Offsets leave the names, inlined frames are
 * frames, source lines are skipped.
 *
 * `push` and `end` throw a ProfileError: PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE.
 */
export class PerfScriptReader {
  readonly #trees = new PerfTrees();
  readonly #frames = new Map<string, number>();
  /** Text after the last line end. */
  #rest = '';
  #header: PerfHeader | undefined;
  /** The sample's frames, the innermost first, and what is known of inlined ones until their function follows. */
  #stack: number[] = [];
  #inlined: PerfFrame[] = [];
  #isInSample = false;
  #samples = 0;
  #lostEvents = 0;
  #sourceLines = 0;
  #strays = 0;
  #hasInlined = false;

  push(text: string): void {
    const whole = this.#rest + text;
    let start = 0;
    for (let end = whole.indexOf('\n'); end >= 0; end = whole.indexOf('\n', start)) {
      if (end - start > LINE_MAX) throw longLine();
      this.#line(whole.slice(start, whole[end - 1] === '\r' ? end - 1 : end));
      start = end + 1;
    }
    if (whole.length - start > LINE_MAX) throw longLine();
    this.#rest = copy(whole.slice(start));
  }

  end(): Profile {
    const isCut = this.#rest.trim() !== '';
    // A sample that was cut off lacks its outermost frames, and would stand as a program of its own.
    if (isCut && this.#samples === 0) throw broken('it ends in the middle of its first sample');
    if (!isCut) this.#finishSample();
    const chosen = this.#trees.choose();
    if (chosen === undefined) {
      if (this.#strays > 0 && this.#samples === 0) throw broken('its frames belong to no sample');
      throw new ProfileError('PROFILE_EMPTY', 'the perf file holds no sample with weight', {
        hint: 'Record for longer, or at a higher frequency.',
      });
    }
    const lost = [...LOST_ALWAYS, ...chosen.notes];
    if (!this.#hasInlined)
      lost.push('no frame is marked as inlined: what compilers inlined may stand as the function around it');
    if (this.#sourceLines > 0) lost.push('source lines in the file were not read');
    if (this.#strays > 0) lost.push(`${this.#strays} lines are neither a sample nor a frame and were left out`);
    if (this.#lostEvents > 0) lost.push(`perf could not keep up and lost ${this.#lostEvents} events`);
    if (isCut) lost.push('the file ends in the middle of a sample, which was left out');
    const { unit, threads, startUs } = chosen;
    return { format: 'perf-script', unit, threads, ...(startUs === undefined ? {} : { startUs }), lost };
  }

  #line(line: string): void {
    if (line === '' || line.trim() === '') {
      // A file without headers separates its stacks by a blank line before each.
      this.#finishSample();
      return;
    }
    const first = line.charCodeAt(0);
    if (first === TAB || (first === SPACE && !isFlat(line))) {
      this.#indented(line);
      return;
    }
    this.#finishSample();
    if (line.startsWith('#')) return;
    if (line.includes('PERF_RECORD_')) this.#record(line);
    else this.#startSample(readHeader(line));
  }

  #startSample(header: PerfHeader): void {
    this.#header = header;
    this.#isInSample = true;
    const frame = lonelyFrame(header);
    if (frame !== undefined) this.#frame(frame.address, frame.rest);
  }

  #indented(line: string): void {
    const parts = splitFrameLine(line);
    if (parts === undefined) {
      if (this.#stack.length > 0 || this.#inlined.length > 0) this.#sourceLines++;
      else this.#strays++;
      // With source lines the mark stands behind them.
      this.#hasInlined ||= line.endsWith('(inlined)');
      return;
    }
    this.#isInSample = true;
    this.#frame(parts.address, parts.rest);
  }

  #frame(address: string, rest: string): void {
    if (this.#stack.length >= STACK_MAX) throw broken(`a stack has more than ${STACK_MAX} frames`);
    if (rest.trimEnd().endsWith('(inlined)')) {
      this.#hasInlined = true;
      if (this.#inlined.length >= STACK_MAX) throw broken(`a stack has more than ${STACK_MAX} frames`);
      this.#inlined.push(readFrame(copy(address), copy(rest)));
      return;
    }
    if (this.#inlined.length > 0) this.#placeInlined(readFrame(address, rest));
    this.#stack.push(this.#indexOf(address, rest));
  }

  /** Inlined frames are in the binary of the function that they were put into. */
  #placeInlined(outer: PerfFrame | undefined): void {
    for (const { address, frame } of this.#inlined) {
      const file = frame.file ?? (outer?.address === address ? outer.frame.file : undefined);
      const key = `i${file ?? ''}\n${frame.name}`;
      this.#stack.push(this.#cached(key, () => (file === undefined ? frame : { ...frame, file })));
    }
    this.#inlined = [];
  }

  #indexOf(address: string, rest: string): number {
    // Frames without a binary are the kernel's by their address.
    const key = isKernelAddress(address) ? `k${rest}` : `u${rest}`;
    return this.#cached(key, () => readFrame(copy(address), copy(rest)).frame);
  }

  #cached(key: string, make: () => PerfFrame['frame']): number {
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    if (this.#frames.size >= CACHE_MAX) this.#frames.clear();
    const index = this.#trees.frame(make());
    this.#frames.set(copy(key), index);
    return index;
  }

  #finishSample(): void {
    if (!this.#isInSample) return;
    this.#placeInlined(undefined);
    const header = this.#header ?? { rest: '', isCertain: false };
    if (this.#stack.length === 0 && !header.isCertain) this.#strays++;
    else {
      this.#trees.add(header, this.#stack);
      this.#samples++;
    }
    this.#stack = [];
    this.#header = undefined;
    this.#isInSample = false;
  }

  /** Records that are no samples: only what was lost matters. */
  #record(line: string): void {
    const lost = /PERF_RECORD_LOST(?:_SAMPLES)?:? lost (\d{1,15})/.exec(line.slice(0, 1024));
    this.#lostEvents += Number(lost?.[1] ?? 0);
  }
}

const TAB = 9;
const SPACE = 32;

/** Without stacks `perf` aligns commands to the right, so that samples start with blanks as frames do. */
function isFlat(line: string): boolean {
  const header = /\d\.\d{3,9}: /.test(line.slice(0, 200)) ? readHeader(line) : undefined;
  return header?.isCertain === true;
}

/** The frame behind a sample's line. Fields of tracepoints stand there too: only an address and a name are a frame. */
function lonelyFrame({ rest, isCertain }: PerfHeader): { address: string; rest: string } | undefined {
  const frame = isCertain && rest !== '' ? splitFrameLine(rest) : undefined;
  return frame !== undefined && frame.address.length >= 4 && frame.rest !== '' ? frame : undefined;
}

/** A copy of a part of a text: the part alone would keep the whole piece of the file in memory. */
function copy(text: string): string {
  return ` ${text}`.slice(1);
}

function longLine(): ProfileError {
  return broken(`a line is longer than ${LINE_MAX} characters`);
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the perf file is damaged: ${what}`, {
    hint: 'Run `perf script` again over the recording.',
  });
}
