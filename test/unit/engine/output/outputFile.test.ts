import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Slot } from '../../../../src/engine/output/slot.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { openSlots } from './openSlots.ts';

/** Runs `write` on an output of three slots and returns what stands in the finished file. */
async function written(write: (first: Slot, second: Slot, third: Slot) => void): Promise<string> {
  await using folder = await temporaryFolder();
  const target = path.join(folder.path, 'out.ts');
  const { output } = await openSlots(target, { slotCount: 3 });
  write(...(output.slots as [Slot, Slot, Slot]));
  output.finish();
  assert.deepEqual(await readdir(folder.path), ['out.ts']);
  return await readFile(target, 'utf8');
}

function fill(slot: Slot, text: string): void {
  slot.write(Buffer.from(text));
  slot.finish();
}

describe('output file', () => {
  it('holds what comes before its place is known', async () => {
    const text = await written((first, second, third) => {
      fill(third, 'ccc');
      fill(second, 'bb');
      fill(first, 'a');
    });
    assert.equal(text, 'abbccc');
  });

  it('writes in place where the lengths before are announced', async () => {
    const text = await written((first, second, third) => {
      first.announce(1);
      second.announce(2);
      assert.equal(third.start, 3);
      fill(third, 'ccc');
      fill(first, 'a');
      fill(second, 'bb');
    });
    assert.equal(text, 'abbccc');
  });

  for (const actual of ['aa', 'aaaaaa', '']) {
    it(`moves what is behind when ${actual.length} bytes come instead of 4`, async () => {
      const text = await written((first, second, third) => {
        first.announce(4);
        second.announce(2);
        fill(second, 'bb');
        third.write(Buffer.from('c'));
        fill(first, actual);
        fill(third, 'cc');
      });
      assert.equal(text, `${actual}bbccc`);
    });
  }

  it('starts a slot over after a failed try', async () => {
    const text = await written((first, second, third) => {
      first.announce(3);
      first.write(Buffer.from('xx'));
      fill(second, 'bb');
      first.restart();
      fill(first, 'aaa');
      fill(third, 'c');
    });
    assert.equal(text, 'aaabbc');
  });

  it('leaves nothing when it is discarded', async () => {
    await using folder = await temporaryFolder();
    const { output } = await openSlots(path.join(folder.path, 'out.ts'), { slotCount: 1 });
    output.slots[0]?.write(Buffer.from('a'));
    output.discard();
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('names a folder that is not there', async () => {
    const target = path.join(import.meta.dirname, 'absent', 'out.ts');
    await assert.rejects(openSlots(target, { slotCount: 1 }), { code: 'HLS_DISK_NO_FOLDER' });
  });

  it('pauses whoever passes the memory, but never the oldest', async () => {
    await using folder = await temporaryFolder();
    const { output } = await openSlots(path.join(folder.path, 'out.ts'), { slotCount: 3, memoryBytes: 4 });
    const calls: string[] = [];
    const [first, second, third] = output.slots as [Slot, Slot, Slot];
    for (const slot of output.slots) {
      slot.flow = { pause: () => calls.push(`pause ${slot.index}`), resume: () => calls.push(`resume ${slot.index}`) };
    }
    third.write(Buffer.from('cccc'));
    second.write(Buffer.from('bb'));
    first.write(Buffer.from('aaaaaaaaaa'));
    assert.deepEqual(calls, ['pause 1']);
    first.finish();
    assert.ok(calls.includes('resume 1'));
    output.discard();
  });
});
