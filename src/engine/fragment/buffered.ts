import type { FragmentWriter } from './strategy.ts';
import type { Slot } from '../output/slot.ts';

/** Collects the whole fragment in memory, then writes it at once: one write, at the price of a fragment per connection. */
export function buffered(slot: Slot, lengthBytes: number | undefined): FragmentWriter {
  const { memory } = slot.output;
  let whole = allocate(slot, lengthBytes ?? 0);
  let used = 0;
  const release = () => {
    memory.release(used);
    used = 0;
  };
  return {
    write(chunk) {
      if (used + chunk.length > whole.length) whole = grow(slot, whole, used, used + chunk.length);
      chunk.copy(whole, used);
      used += chunk.length;
      memory.hold(slot, chunk.length);
    },
    end() {
      const bytes = whole.subarray(0, used);
      release();
      slot.adopt(bytes);
    },
    abandon: release,
  };
}

function grow(slot: Slot, buffer: Buffer, used: number, needed: number): Buffer {
  const larger = allocate(slot, Math.max(needed, buffer.length * 2, 256 * 1024));
  buffer.copy(larger, 0, 0, used);
  return larger;
}

function allocate(slot: Slot, bytes: number): Buffer {
  if (bytes > 0) slot.allocated(bytes);
  return Buffer.allocUnsafeSlow(bytes);
}
