/** What a program asked its allocator for, all its processes together, from their starts to their ends. */
export interface Allocations {
  /** That told: those that are linked dynamically, and ended by themselves. */
  processes: number;
  /** Calls of each function. */
  malloc: number;
  calloc: number;
  realloc: number;
  /** Of `posix_memalign`, `aligned_alloc` and `memalign`. */
  aligned: number;
  free: number;
  /** Calls of `realloc` whose block went to another place. */
  moved: number;
  /** That were asked for, each time a block was. */
  bytes: number;
  /** In use at once, of the process that had most. */
  peakBytes: number;
  /** Calls by how much they asked for: one of each class of `SIZE_CLASSES`. */
  bySize: readonly number[];
}

/** Where the classes of sizes begin, in bytes. */
export const SIZE_CLASSES: readonly number[] = [0, 64, 1024, 2 ** 16, 2 ** 20];

/** Calls that asked for memory, whatever their function. */
export function allocationCalls({ malloc, calloc, realloc, aligned }: Allocations): number {
  return malloc + calloc + realloc + aligned;
}

/** Adds up what processes told, a line of JSON each. Undefined where none did. */
export function sumAllocations(text: string): Allocations | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const told = lines.map((line) => JSON.parse(line) as Omit<Allocations, 'processes'>);
  if (told.length === 0) return undefined;
  const sum = (pick: (one: (typeof told)[number]) => number): number => told.reduce((all, one) => all + pick(one), 0);
  return {
    processes: told.length,
    malloc: sum(({ malloc }) => malloc),
    calloc: sum(({ calloc }) => calloc),
    realloc: sum(({ realloc }) => realloc),
    aligned: sum(({ aligned }) => aligned),
    free: sum(({ free }) => free),
    moved: sum(({ moved }) => moved),
    bytes: sum(({ bytes }) => bytes),
    peakBytes: Math.max(...told.map(({ peakBytes }) => peakBytes)),
    bySize: SIZE_CLASSES.map((_, index) => sum(({ bySize }) => bySize[index] ?? 0)),
  };
}
