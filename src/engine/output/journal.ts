import { closeSync, futimesSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { DiskError } from '../errors.ts';
import { diskError } from './diskFaults.ts';

/** The first line of a journal. */
export interface JournalHeader {
  hotframe: 'journal';
  schema: 1;
  /** Name of the target, without its folder. */
  target: string;
  /** Name of the part file, in the same folder. */
  part: string;
  /** Which stream of which variant the file holds. */
  stream: string;
  /** It is a recording of a live stream, which cannot be had again. */
  isRecording?: boolean;
}

/** A fragment that is in the part file. Offsets and sizes in bytes, checksums as texts (checksum.ts). */
export interface KeptFragment {
  index: number;
  start: number;
  /** The init segment in front of it, where there is one. */
  initBytes: number;
  initChecksum: string;
  bytes: number;
  checksum: string;
  /** Its identity in the playlist (identity.ts). */
  shape: number;
  address: number;
}

/** What a journal tells. Of several lines about a fragment the last counts. */
export interface JournalContents {
  header: JournalHeader;
  kept: Map<number, KeptFragment>;
  /** Lengths of slots that others were placed behind before they were whole themselves. */
  lengths: Map<number, number>;
}

/**
 * Which fragments of a part file are whole, as lines of text that are only ever appended:
 *
 *     {"hotframe":"journal","schema":1,…}
 *     F <index> <start> <init bytes> <init checksum> <bytes> <checksum> <shape> <address> <CRC of the line>
 *     L <index> <length> <CRC of the line>
 *
 * A line is written behind the bytes that it tells of. It may be lost with a crash, never be wrong unnoticed: the bytes
 * are checked against it, and a line that was cut or mixed up fails its own checksum.
 */
export class Journal {
  readonly path: string;
  readonly #descriptor: number;
  readonly #target: string;
  #lines: string[] = [];
  #failure: DiskError | undefined;
  #isOpen = true;

  /** Creates the file with its header. */
  constructor(path: string, header: JournalHeader, target: string) {
    this.path = path;
    this.#target = target;
    try {
      this.#descriptor = openSync(path, 'wx');
      writeSync(this.#descriptor, `${JSON.stringify(header)}\n`);
    } catch (error) {
      throw diskError(error, target);
    }
  }

  keep({ index, start, initBytes, initChecksum, bytes, checksum, shape, address }: KeptFragment): void {
    this.#add(`F ${index} ${start} ${initBytes} ${initChecksum} ${bytes} ${checksum} ${shape} ${address}`);
  }

  length(index: number, length: number): void {
    this.#add(`L ${index} ${length}`);
  }

  /** Shows that the owner lives: the file's time is its heartbeat. */
  beat(): void {
    const now = Date.now() / 1000;
    futimesSync(this.#descriptor, now, now);
  }

  /** Brings every line to the file. */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('');
    this.#lines = [];
    try {
      writeSync(this.#descriptor, text);
    } catch (error) {
      this.#failure = diskError(error, this.#target);
      throw this.#failure;
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#lines = [];
    closeSync(this.#descriptor);
  }

  /** Lines of one turn of the event loop go out together: a system call each would be felt with small fragments. */
  #add(line: string): void {
    if (this.#lines.length === 0) setImmediate(() => this.#flushLater());
    this.#lines.push(`${line} ${crc32(line)}\n`);
  }

  #flushLater(): void {
    if (!this.#isOpen || this.#failure !== undefined) return;
    try {
      this.flush();
    } catch (error) {
      // Nobody is there to catch it: it is remembered, and the next flush throws it.
      if (!(error instanceof DiskError)) throw error;
    }
  }
}

/** Reads a journal's text; `undefined` when it is none of ours, or of a newer kind. Broken lines are passed over. */
export function readJournal(text: string): JournalContents | undefined {
  const [first = '', ...lines] = text.split('\n');
  const header = readHeader(first);
  if (header === undefined) return undefined;
  const kept = new Map<number, KeptFragment>();
  const lengths = new Map<number, number>();
  for (const line of lines) {
    const [kind = '', ...values] = readLine(line);
    if (kind === 'L') readLength(values, lengths);
    if (kind === 'F') readKept(values, kept);
  }
  return { header, kept, lengths };
}

function readHeader(line: string): JournalHeader | undefined {
  let value: Partial<JournalHeader>;
  try {
    value = JSON.parse(line) as Partial<JournalHeader>;
  } catch {
    // Cut by a crash, or somebody else's file.
    return undefined;
  }
  const isOurs = value.hotframe === 'journal' && value.schema === 1;
  const isWhole = [value.target, value.part, value.stream].every((text) => typeof text === 'string');
  return isOurs && isWhole ? (value as JournalHeader) : undefined;
}

/** The words of a line whose checksum is right. */
function readLine(line: string): string[] {
  const end = line.lastIndexOf(' ');
  const text = line.slice(0, end);
  return end > 0 && Number(line.slice(end + 1)) === crc32(text) ? text.split(' ') : [];
}

function readLength(values: readonly string[], lengths: Map<number, number>): void {
  const [index = NaN, length = NaN] = values.map(Number);
  if (values.length === 2 && areWhole(index, length)) lengths.set(index, length);
}

function readKept(values: readonly string[], kept: Map<number, KeptFragment>): void {
  const [, , , initChecksum = '', , checksum = ''] = values;
  const [index = NaN, start = NaN, initBytes = NaN, , bytes = NaN, , shape = NaN, address = NaN] = values.map(Number);
  if (values.length !== 8 || !areWhole(index, start, initBytes, bytes, shape, address)) return;
  kept.set(index, { index, start, initBytes, initChecksum, bytes, checksum, shape, address });
}

function areWhole(...values: number[]): boolean {
  return values.every((value) => Number.isSafeInteger(value) && value >= 0);
}
