import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { OutputFile } from '../../../../src/engine/output/outputFile.ts';
import type { Slot } from '../../../../src/engine/output/slot.ts';
import { openSlots } from '../output/openSlots.ts';
import { allowedMs, casesOf } from './cases.ts';

/** What one slot has to hold in the end. */
interface Content {
  init: number;
  bytes: number;
}

/** What happens to a slot; what makes no sense in its state is passed over. */
interface Step {
  slot: number;
  /** `announce` is told before the first byte of a try, and may be wrong. */
  act: 'announce' | 'write' | 'restart' | 'fill';
  /** Bytes to write, or how far the announcement is from the truth. */
  number: number;
  isAdopted: boolean;
}

/** A run over the output, and how it ends: killed, told to keep what is whole, or whole itself. */
interface Run {
  steps: Step[];
  end: 'killed' | 'killed later' | 'kept';
  /** Where the disk changes a byte of what is left. */
  flipAt: number | null;
}

interface OutputCase {
  contents: Content[];
  memoryBytes: number;
  runs: Run[];
  /** The order in which the last run fills what is missing. */
  order: number[];
}

const step: fc.Arbitrary<Step> = fc.record({
  slot: fc.nat(5),
  act: fc.constantFrom('announce', 'announce', 'write', 'write', 'write', 'restart', 'fill'),
  number: fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 40 }), fc.nat(400)),
  isAdopted: fc.boolean(),
});

const run: fc.Arbitrary<Run> = fc.record({
  steps: fc.array(step, { maxLength: 40 }),
  end: fc.constantFrom('killed', 'killed later', 'kept'),
  flipAt: fc.option(fc.nat(300)),
});

const outputCases: fc.Arbitrary<OutputCase> = fc.record({
  contents: fc.array(
    fc.record({
      init: fc.oneof(fc.constant(0), fc.nat(30)),
      bytes: fc.oneof(fc.nat(200), fc.integer({ min: 1, max: 9 })),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  memoryBytes: fc.constantFrom(0, 50, 1 << 20),
  runs: fc.array(run, { minLength: 1, maxLength: 3 }),
  order: fc.array(fc.nat(5), { maxLength: 6 }),
});

/** The bytes of a slot, unlike those of any other. */
function bytesOf(index: number, { init, bytes }: Content): { init: Buffer; media: Buffer } {
  const media = Buffer.from(Array.from({ length: bytes }, (_, at) => (index * 37 + at * 11 + 5) & 0xff));
  return { init: Buffer.alloc(init, `init ${index}`), media };
}

class Writer {
  readonly #contents: readonly Content[];
  readonly #slots: readonly Slot[];

  constructor(contents: readonly Content[], output: OutputFile) {
    this.#contents = contents;
    this.#slots = output.slots;
  }

  take({ slot: number, act, number: amount, isAdopted }: Step): void {
    const index = number % this.#slots.length;
    const slot = this.#slots[index]!;
    if (slot.isFinished) return;
    const { init, media } = bytesOf(index, this.#contents[index]!);
    switch (act) {
      case 'announce':
        if (slot.bytes === 0) slot.announce(Math.max(0, init.length + media.length + amount));
        return;
      case 'write':
        this.#write(slot, init, media, Math.abs(amount), isAdopted);
        return;
      case 'restart':
        slot.restart();
        return;
      case 'fill':
        this.fill(index);
        return;
    }
  }

  /** What is missing of a slot, and its end. */
  fill(index: number): void {
    const slot = this.#slots[index]!;
    if (slot.isFinished) return;
    const { init, media } = bytesOf(index, this.#contents[index]!);
    this.#write(slot, init, media, media.length, false);
    slot.finish();
  }

  #write(slot: Slot, init: Buffer, media: Buffer, length: number, isAdopted: boolean): void {
    if (slot.bytes === 0 && init.length > 0) slot.writeInit(Buffer.from(init));
    const at = slot.bytes - slot.initBytes;
    const chunk = Buffer.from(media.subarray(at, at + length));
    if (chunk.length === 0) return;
    if (isAdopted) slot.adopt(chunk);
    else {
      slot.write(chunk);
      // The socket uses its buffer again.
      chunk.fill(0);
    }
  }
}

/** As a killed process leaves them, nobody's any more, with a byte changed where wanted. */
async function copyLeftovers(from: string, to: string, flipAt: number | null): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    const bytes = await readFile(path.join(from, name));
    if (flipAt !== null && name.endsWith('.part') && flipAt < bytes.length) bytes[flipAt] = bytes[flipAt]! ^ 0x55;
    await writeFile(path.join(to, name.replace(/-\d+\.journal$/, '-0.journal')), bytes);
  }
}

describe('any order of events', () => {
  let folder: string;
  let count = 0;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'hotframe-outputs-'))));
  after(() => rm(folder, { recursive: true }));

  it('ends in exactly the right file, however often the writing of it was broken off', async function () {
    this.timeout(allowedMs(60_000));
    let resumed = 0;
    const check = async ({ contents, memoryBytes, runs, order }: OutputCase): Promise<void> => {
      const home = path.join(folder, String(count++));
      await mkdir(home);
      let place = path.join(home, '0');
      await mkdir(place);
      const options = { slotCount: contents.length, memoryBytes };
      for (const [number, { steps, end, flipAt }] of runs.entries()) {
        const { output, isChanged } = await openSlots(path.join(place, 'out.ts'), options);
        assert.ok(!isChanged);
        const writer = new Writer(contents, output);
        for (const each of steps) writer.take(each);
        if (end === 'killed later') await setImmediate();
        if (end === 'kept') output.keep();
        const next = path.join(home, String(number + 1));
        await copyLeftovers(place, next, flipAt);
        output.discard();
        place = next;
      }
      const { output } = await openSlots(path.join(place, 'out.ts'), options);
      if (output.slots.some(({ isResumed }) => isResumed)) resumed++;
      const writer = new Writer(contents, output);
      for (const index of order) writer.fill(index % contents.length);
      for (const index of contents.keys()) writer.fill(index);
      output.finish();
      assert.deepEqual(await readdir(place), ['out.ts']);
      const right = contents.map((content, index) => Object.values(bytesOf(index, content)));
      assert.deepEqual(await readFile(path.join(place, 'out.ts')), Buffer.concat(right.flat()));
      await rm(home, { recursive: true });
    };
    const { numRuns } = casesOf(1000);
    await fc.assert(fc.asyncProperty(outputCases, check), { numRuns });
    assert.ok(resumed > numRuns / 5, `${resumed} of ${numRuns} went on from something`);
  });
});
