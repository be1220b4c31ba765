import { openOutput } from '../output/openOutput.ts';
import type { OutputFile } from '../output/outputFile.ts';
import { ReorderMemory } from '../output/reorderMemory.ts';
import type { Fragment } from '../playlist/model.ts';

/** Opens an output of so many pieces that are made here rather than fetched. Rejects with a DiskError. */
export async function openPieces(path: string, stream: string, count: number): Promise<OutputFile> {
  const fragments = Array.from({ length: count }, (_, index) => piece(index));
  const memory = new ReorderMemory(Infinity);
  const { output } = await openOutput({ path, stream, fragments, memory, resume: false });
  return output;
}

function piece(index: number): Fragment {
  const numbers = { index, sequence: index, discontinuitySequence: 0, durationS: 0 };
  return { ...numbers, url: '', keys: [], discontinuity: false, gap: false };
}
