import { setImmediate } from 'node:timers/promises';
import type { Fragment } from '../playlist/model.ts';
import { hasBytes } from './checksum.ts';
import { identify, type FragmentIdentity } from './identity.ts';
import type { JournalContents, KeptFragment } from './journal.ts';
import { Keeper } from './keeper.ts';
import { OutputFile, type KnownSlot } from './outputFile.ts';
import { PartFile } from './partFile.ts';
import type { ReorderMemory } from './reorderMemory.ts';
import { salvage } from './salvage.ts';
import { resolveTarget } from './target.ts';
import {
  claimUnfinished,
  newNames,
  removeFiles,
  removeUnfinished,
  type PartNames,
  type Unfinished,
} from './unfinished.ts';

export interface OutputOptions {
  /** Absolute path of the file. */
  path: string;
  /** What the file holds, in words: bytes of another stream or variant are never gone on with. */
  stream: string;
  fragments: readonly Fragment[];
  memory: ReorderMemory;
  /** Go on from what an earlier try left, and keep a journal for the next one. */
  resume: boolean;
  /** A live stream, which nobody can go on with: what an earlier try left becomes a file of its own. */
  isLive?: boolean;
}

export interface OpenedOutput {
  output: OutputFile;
  /** An earlier try left fragments, but of something else. */
  isChanged: boolean;
  /**
   * A fragment that is there, but whose address is another one now. What comes from the new address tells whether the
   * stream is still the same.
   */
  doubtful: KeptFragment | undefined;
  /** The file that became of an earlier recording. */
  salvaged?: { path: string; bytes: number } | undefined;
}

/** Opens an output: takes over what an earlier try left of it, or starts a new file. Rejects with a DiskError. */
export async function openOutput(options: OutputOptions): Promise<OpenedOutput> {
  const target = resolveTarget(options.path);
  if (!options.resume) {
    await removeUnfinished([target]);
    return { output: start(options, newNames(target), [], []), isChanged: false, doubtful: undefined };
  }
  const left = await claimUnfinished(target);
  if (options.isLive) {
    const salvaged = left && salvage(left);
    return { output: start(options, newNames(target), [], []), isChanged: false, doubtful: undefined, salvaged };
  }
  const identities = options.fragments.map(identify);
  const isChanged = left !== undefined && isOfAnother(left.contents, options.stream, identities);
  const known = left && !isChanged ? await checkKnown(left, options.fragments) : [];
  if (left && known.length > 0) return goOn(options, left.names, identities, known);
  // A recording cannot be made again, whatever the address leads to by now.
  const salvaged = left?.contents.header.isRecording ? salvage(left) : undefined;
  if (left) removeFiles(left.names);
  return { output: start(options, newNames(target), identities, []), isChanged, doubtful: undefined, salvaged };
}

function goOn(
  options: OutputOptions,
  names: PartNames,
  identities: readonly FragmentIdentity[],
  known: KnownSlot[],
): OpenedOutput {
  const doubtful = known.findLast(({ kept }) => kept && kept.address !== identities[kept.index]?.address)?.kept;
  if (doubtful) known[doubtful.index] = { length: doubtful.initBytes + doubtful.bytes };
  return { output: start(options, names, identities, known), isChanged: false, doubtful };
}

function start(
  { path, stream, fragments, memory, resume, isLive = false }: OutputOptions,
  names: PartNames,
  identities: readonly FragmentIdentity[],
  known: readonly KnownSlot[],
): OutputFile {
  const mode = known.length === 0 ? 'create' : 'open';
  // The journal first: a part file without one would be nobody's, and stay.
  const keeper = new Keeper(names, { stream, ...(isLive ? { isRecording: true } : {}) }, known);
  try {
    const part = new PartFile(names.part, names.target, mode);
    const slots = { slotCount: fragments.length, identities, known, isGrowing: isLive };
    return new OutputFile({ path, part, keeper, isKept: resume, memory, ...slots });
  } catch (error) {
    if (mode === 'create') keeper.remove();
    else keeper.release();
    throw error;
  }
}

/** Whether what is there belongs to another stream, or to a playlist that listed other fragments. */
function isOfAnother(
  { header, kept }: JournalContents,
  stream: string,
  identities: readonly FragmentIdentity[],
): boolean {
  return header.stream !== stream || [...kept.values()].some(({ index, shape }) => identities[index]?.shape !== shape);
}

/** The slots at the front that the journal knows, with bytes where they are what it says; none if there are none. */
async function checkKnown({ names, contents }: Unfinished, fragments: readonly Fragment[]): Promise<KnownSlot[]> {
  const part = new PartFile(names.part, names.target, 'open');
  const checked: KnownSlot[] = [];
  try {
    for (const slot of layOut(contents, fragments)) {
      const isRight = slot.kept !== undefined && hasBytes(part, slot.kept);
      checked.push(isRight ? slot : { length: slot.length });
      // Reading gigabytes takes seconds; a cancellation wants to be heard.
      await setImmediate();
    }
  } finally {
    part.close();
  }
  // Lengths without bytes behind them are of no use.
  return checked.slice(0, checked.findLastIndex((slot) => slot.kept !== undefined) + 1);
}

/** The slots at the front, as far as their lengths are known without a break. */
function layOut({ kept, lengths }: JournalContents, fragments: readonly Fragment[]): KnownSlot[] {
  const known: KnownSlot[] = [];
  let position = 0;
  for (const { index, gap } of fragments) {
    const fragment = gap ? undefined : kept.get(index);
    const length = gap ? 0 : fragment ? fragment.initBytes + fragment.bytes : lengths.get(index);
    if (length === undefined) break;
    known.push({ length, ...(fragment?.start === position ? { kept: fragment } : {}) });
    position += length;
  }
  return known;
}
