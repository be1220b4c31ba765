import { openOutput, type OpenedOutput } from '../../../../src/engine/output/openOutput.ts';
import { ReorderMemory } from '../../../../src/engine/output/reorderMemory.ts';
import type { Fragment } from '../../../../src/engine/playlist/model.ts';

export interface SlotOptions {
  slotCount: number;
  memoryBytes?: number;
  resume?: boolean;
  isLive?: boolean;
  stream?: string;
  /** Changes the fragments of the playlist. */
  change?: (fragment: Fragment) => Fragment;
}

/** Opens an output of so many fragments. */
export function openSlots(path: string, options: SlotOptions): Promise<OpenedOutput> {
  const {
    slotCount,
    memoryBytes = 1 << 20,
    resume = true,
    stream = 'media',
    isLive = false,
    change = (fragment: Fragment) => fragment,
  } = options;
  const fragments = Array.from({ length: slotCount }, (_, index) => change(fragmentOf(index)));
  return openOutput({ path, stream, fragments, memory: new ReorderMemory(memoryBytes), resume, isLive });
}

/** One of them. */
export function fragmentOf(index: number): Fragment {
  const url = `https://media.example/f${index}.ts?token=a`;
  const numbers = { index, sequence: index + 7, discontinuitySequence: 0, durationS: 2 };
  return { ...numbers, url, keys: [], discontinuity: false, gap: false };
}
