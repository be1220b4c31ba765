import type { FragmentJob, FragmentTools } from './fetchFragment.ts';
import type { Flow, Receiver, ResponseHead } from '../transport/receiver.ts';
import { transferError, type Subject } from '../transport/faults.ts';
import { isPooled } from '../transport/pooledReads.ts';
import { decryptionError, type Decryption } from './decrypt.ts';
import { looksLikeMedia, mediaHeadBytes } from './media.ts';
import { mediaTimeProblem } from './mediaTime/tolerance.ts';
import type { LoadedInit } from './sources.ts';
import type { FragmentWriter } from './strategy.ts';
import { structureCheckFor, type StructureCheck } from './structure.ts';

/** One try's body on its way: decrypted, checked to be media, handed to the write strategy. */
export class FragmentBody implements Receiver {
  decryptMs = 0;
  readonly #job: FragmentJob;
  readonly #tools: FragmentTools;
  readonly #subject: Subject;
  readonly #init: LoadedInit | undefined;
  readonly #decryption: Decryption | undefined;
  #writer: FragmentWriter | undefined;
  #head: Buffer = Buffer.alloc(0);
  /** Memory that the last chunk came in. */
  #memory: ArrayBufferLike | undefined;
  #isChecked = false;
  /** The origin announced how long the body is, or each part of it. */
  #hasLength = false;
  #structure: StructureCheck | undefined;

  constructor(
    job: FragmentJob,
    tools: FragmentTools,
    subject: Subject,
    init: LoadedInit | undefined,
    decryption: Decryption | undefined,
  ) {
    this.#job = job;
    this.#tools = tools;
    this.#subject = subject;
    this.#init = init;
    this.#decryption = decryption;
  }

  onHead({ lengthBytes }: ResponseHead, flow: Flow): void {
    this.#tools.renewal.proven();
    this.#job.slot.flow = flow;
    this.begin(lengthBytes);
  }

  /**
   * Makes ready for a body of so many bytes, as far as is known. `hasLength`: HTTP shows it when some are missing; else
   * its media time has to.
   */
  begin(lengthBytes: number | undefined, hasLength = lengthBytes !== undefined): void {
    const { slot, hasNewInit } = this.#job;
    this.#hasLength = hasLength;
    const init = hasNewInit ? this.#init?.clear : undefined;
    // Padding hides how long an encrypted fragment will be.
    const clearBytes = this.#decryption ? undefined : lengthBytes;
    if (clearBytes !== undefined) slot.announce((init?.length ?? 0) + clearBytes);
    if (init) slot.writeInit(init);
    this.#writer = this.#tools.strategy(slot, lengthBytes);
  }

  onData(chunk: Buffer): void {
    if (chunk.buffer !== this.#memory) this.#cameIn(chunk);
    this.#pass(this.#decryption ? this.#decrypt((decryption) => decryption.update(chunk)) : chunk);
  }

  /** The body is whole as far as HTTP can tell; refuses what cannot be a whole fragment. */
  finish(): void {
    if (this.#decryption) this.#pass(this.#decrypt((decryption) => decryption.end()));
    if (!this.#isChecked) this.#check(this.#head);
    const problem = this.#structure && (this.#structure.problem() ?? this.#timeProblem(this.#structure));
    if (problem !== undefined) throw transferError(this.#subject, 'TRUNCATED', problem);
    this.#writer?.end();
    this.#writer = undefined;
  }

  abandon(): void {
    this.#writer?.abandon();
    this.#writer = undefined;
  }

  /** A chunk came in other memory than the one before. */
  #cameIn(chunk: Buffer): void {
    this.#memory = chunk.buffer;
    if (!isPooled(chunk)) this.#job.slot.allocated(chunk.buffer.byteLength);
  }

  /** A body without a length may have ended early at a packet or a box: only its media time shows it. */
  #timeProblem(structure: StructureCheck): string | undefined {
    const { durationS, isDurationRounded = false } = this.#job.fragment;
    if (this.#hasLength) return undefined;
    return mediaTimeProblem(structure.durationS(durationS), durationS, isDurationRounded);
  }

  #pass(clear: Buffer): void {
    if (this.#isChecked) {
      this.#take(clear);
      return;
    }
    this.#head = this.#head.length === 0 ? clear : Buffer.concat([this.#head, clear]);
    if (this.#head.length >= mediaHeadBytes) this.#check(this.#head);
    // The chunk belongs to the socket: what waits for more must be a copy.
    else this.#head = Buffer.from(this.#head);
  }

  #check(head: Buffer): void {
    if (!looksLikeMedia(head)) {
      const what =
        head.length === 0 ? 'the answer is empty' : `the answer is no media (it starts with ${excerpt(head)})`;
      throw transferError(this.#subject, 'CONTENT', what);
    }
    this.#structure = structureCheckFor(head, { measure: !this.#hasLength, init: this.#init?.clear });
    this.#isChecked = true;
    this.#head = Buffer.alloc(0);
    this.#take(head);
  }

  #take(clear: Buffer): void {
    this.#structure?.update(clear);
    this.#writer?.write(clear);
  }

  #decrypt(step: (decryption: Decryption) => Buffer): Buffer {
    const startMs = performance.now();
    try {
      const clear = this.#decryption ? step(this.#decryption) : Buffer.alloc(0);
      if (clear.length > 0) this.#job.slot.allocated(clear.length);
      return clear;
    } catch (cause) {
      throw decryptionError(this.#subject, cause);
    } finally {
      const ms = performance.now() - startMs;
      this.decryptMs += ms;
      this.#tools.decryption.ms += ms;
    }
  }
}

/** The first few bytes, as text where they are text. */
function excerpt(head: Buffer): string {
  const text = /^[\x20-\x7e]+/.exec(head.toString('latin1', 0, 24))?.[0] ?? '';
  return text.length >= 4 ? `"${text}"` : `the bytes ${head.toString('hex', 0, 8)}`;
}
