import type { FragmentWriter } from './strategy.ts';
import type { Slot } from '../output/slot.ts';

/** Writes each chunk as it arrives: memory stays at one socket read per connection, at the price of more writes. */
export function streaming(slot: Slot): FragmentWriter {
  return { write: (chunk) => slot.write(chunk), end: () => undefined, abandon: () => undefined };
}
