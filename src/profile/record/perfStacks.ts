import { KERNEL_FILE, JIT_FILE } from '../formats/folded.ts';
import type { CallTree, Frame } from '../model.ts';
import { TreeBuilder } from '../tree.ts';
import { toFrame, type PerfMap } from './perfMap.ts';

/** What `perf script` is asked for: `PerfStacks` reads this, and no other, form of its text. */
export const SCRIPT_FIELDS = 'comm,tid,ip,sym,dso';

/** What `perf script` is asked for, without call chains, so that each sample is one line: `PerfStacks.addLeaf` reads it. */
export const LEAF_FIELDS = 'ip,sym,dso';

/** What the samples hold besides stacks. */
export interface SampleFacts {
  samples: number;
  /** Samples that the kernel dropped. */
  dropped: number;
  kernelFrames: number;
  unnamedKernelFrames: number;
}

/**
 * Merges the samples of `perf script` into a call tree as they come, line by line; each thread's name is the outermost frame.
 * Memory grows with the distinct stacks only.
 */
export class PerfStacks {
  readonly facts: SampleFacts = { samples: 0, dropped: 0, kernelFrames: 0, unnamedKernelFrames: 0 };
  readonly #names: PerfMap;
  readonly #builder = new TreeBuilder();
  /** Text of a frame → its index: each is read once. */
  readonly #known = new Map<string, number>();
  #thread: string | undefined;
  /** Frames of the sample that is being read, from the leaf. */
  #stack: string[] = [];
  /** Samples without a call chain, by their index: the nodes of their threads. */
  readonly #chainless = new Map<number, number>();
  #leaves = 0;

  /** @param names of the code that V8 compiled. */
  constructor(names: PerfMap) {
    this.#names = names;
  }

  /** Takes a line without its line break. */
  add(line: string): void {
    if (line.startsWith('\t') || line.startsWith('  ')) {
      this.#stack.push(line.trim());
      return;
    }
    this.#endSample();
    const dropped = /PERF_RECORD_LOST(?:_SAMPLES)? lost (\d+)/.exec(line);
    if (dropped !== null) this.facts.dropped += Number(dropped[1]);
    else this.#thread = /^(\S.*?)\s+-?\d+\s*$/.exec(line)?.[1];
  }

  /** Ends the last sample. */
  end(): void {
    this.#endSample();
  }

  /**
   * Samples that have no call chain: `perf` throws a chain away that holds an address which cannot be, as where code uses the
   * frame pointer for something else. Their own frames can be had by `addLeaf`.
   */
  get lacking(): number {
    return this.#chainless.size;
  }

  /** Takes, after `end` and in the same order, the line of each sample that `LEAF_FIELDS` gives: where it was itself. */
  addLeaf(line: string): void {
    const text = line.trim();
    if (text === '') return;
    const index = this.#leaves++;
    const thread = this.#chainless.get(index);
    if (thread === undefined) return;
    this.#chainless.delete(index);
    this.#builder.add(this.#builder.child(thread, this.#frameOf(text)), 1);
  }

  /** The tree of all samples; nothing can be added after it. */
  finish(): CallTree {
    this.#endSample();
    for (const thread of this.#chainless.values())
      this.#builder.add(this.#builder.child(thread, this.#builder.frame({ name: '[unknown]' })), 1);
    return this.#builder.build();
  }

  #endSample(): void {
    if (this.#thread === undefined) return;
    let node = this.#builder.child(-1, this.#builder.frame({ name: this.#thread }));
    if (this.#stack.length === 0) this.#chainless.set(this.facts.samples, node);
    else {
      for (const text of this.#stack.reverse()) node = this.#builder.child(node, this.#frameOf(text));
      this.#builder.add(node, 1);
    }
    this.facts.samples++;
    this.#thread = undefined;
    this.#stack = [];
  }

  #frameOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const frame = this.#read(text);
    if (frame.file === KERNEL_FILE) {
      this.facts.kernelFrames++;
      if (frame.name === '[unknown]') this.facts.unnamedKernelFrames++;
    }
    const index = this.#builder.frame(frame);
    this.#known.set(text, index);
    return index;
  }

  /** `7f00a0 symbol (/path/of/library)` */
  #read(text: string): Frame {
    const match = /^([0-9a-f]+) (.*) \((.*)\)$/.exec(text.replace(/ \(deleted\)\)$/, ')'));
    const [, address = '0', name = '[unknown]', file = ''] = match ?? [];
    if (address.length === 16 && address.startsWith('ffff')) return { name, file: KERNEL_FILE };
    if (name !== '[unknown]') return { name };
    const compiled = this.#names.find(parseInt(address, 16));
    if (compiled !== undefined) return toFrame(compiled);
    return isCompiled(file) ? { name, file: JIT_FILE } : { name };
  }
}

/** Memory that belongs to no file: where code is put that was compiled just in time. */
function isCompiled(file: string): boolean {
  return /\/perf-\d+\.map$|^(?:\/\/anon|\[anon.*\]|anon_inode:.*)$/.test(file);
}
