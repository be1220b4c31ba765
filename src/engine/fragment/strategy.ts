import type { Slot } from '../output/slot.ts';
import type { WriteStrategyName } from '../request.ts';
import { buffered } from './buffered.ts';
import { streaming } from './streaming.ts';

/** Takes one try's clear bytes, in order, and brings them to the slot. Exactly one of `end` and `abandon` is called. */
export interface FragmentWriter {
  /** `chunk` is valid only during the call. */
  write(chunk: Buffer): void;
  end(): void;
  /** The try failed; gives back what is held. */
  abandon(): void;
}

/** How a fragment's bytes get to the file. `lengthBytes` is what the origin announced, where it did. */
export type WriteStrategy = (slot: Slot, lengthBytes: number | undefined) => FragmentWriter;

/** The strategies by name; the arms of the claim about streaming fragment writes. */
export const writeStrategies: Readonly<Record<WriteStrategyName, WriteStrategy>> = { buffered, streaming };
