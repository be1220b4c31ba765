import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OutputFile } from '../../../../src/engine/output/outputFile.ts';
import type { Slot } from '../../../../src/engine/output/slot.ts';
import { removeUnfinished } from '../../../../src/engine/output/unfinished.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { fragmentOf, openSlots, type SlotOptions } from './openSlots.ts';

const four: SlotOptions = { slotCount: 4 };

function fill(slot: Slot | undefined, text: string, init?: string): void {
  if (init !== undefined) slot?.writeInit(Buffer.from(init));
  slot?.write(Buffer.from(text));
  slot?.finish();
}

/** An output whose first try wrote fragments 0, 1 (with an init segment) and 3, and began 2; it has ended unfinished. */
async function leave(target: string, options: SlotOptions = four): Promise<{ fragments: number; bytes: number }> {
  const { output } = await openSlots(target, options);
  const [first, second, third, fourth] = output.slots;
  fill(first, 'aaaa');
  fill(second, 'bbb', 'init');
  third?.announce(5);
  third?.write(Buffer.from('cc'));
  fill(fourth, 'dddddd');
  return output.keep();
}

function resumed(output: OutputFile): number[] {
  return output.slots.filter(({ isResumed }) => isResumed).map(({ index }) => index);
}

async function only(folder: string, extension: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(extension));
  assert.equal(names.length, 1, names.join());
  return path.join(folder, names[0] ?? '');
}

describe('output: resume', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let target: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    target = path.join(folder.path, 'out.ts');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  /** Brings what is missing of the output and checks the file. */
  async function complete(output: OutputFile): Promise<void> {
    const texts = ['aaaa', 'bbb', 'ccccc', 'dddddd'];
    for (const slot of output.slots) {
      if (!slot.isFinished) fill(slot, texts[slot.index] ?? '', slot.index === 1 ? 'init' : undefined);
    }
    output.finish();
    assert.equal(await readFile(target, 'utf8'), 'aaaainitbbbcccccdddddd');
    assert.deepEqual(await readdir(folder.path), ['out.ts']);
  }

  it('goes on from what is whole', async () => {
    assert.deepEqual(await leave(target), { fragments: 3, bytes: 17 });
    const { output, isChanged, doubtful } = await openSlots(target, four);
    assert.deepEqual([resumed(output), isChanged, doubtful], [[0, 1, 3], false, undefined]);
    assert.equal(output.slots[1]?.initBytes, 4);
    await complete(output);
  });

  it('goes on from a process that was killed', async () => {
    const { output: killed } = await openSlots(target, four);
    fill(killed.slots[0], 'aaaa');
    await new Promise(setImmediate);
    // The number of a process that is gone: none has this one.
    const journal = await only(folder.path, '.journal');
    await rename(journal, journal.replace(/-\d+\.journal$/, '-4194999.journal'));
    const { output } = await openSlots(target, four);
    assert.deepEqual(resumed(output), [0]);
    await complete(output);
    killed.discard();
  });

  it('moves what is behind a fragment that has another length the second time', async () => {
    await leave(target);
    const { output } = await openSlots(target, four);
    fill(output.slots[2], 'c');
    output.finish();
    assert.equal(await readFile(target, 'utf8'), 'aaaainitbbbcdddddd');
  });

  it('goes on from places that had moved', async () => {
    const { output: first } = await openSlots(target, four);
    first.slots[0]?.announce(9);
    fill(first.slots[1], 'bbb', 'init');
    fill(first.slots[0], 'aaaa');
    first.keep();
    const { output } = await openSlots(target, four);
    assert.deepEqual(resumed(output), [0, 1]);
    await complete(output);
  });

  it('fetches again what the file does not hold as the journal says', async () => {
    await leave(target);
    const part = await only(folder.path, '.part');
    const bytes = await readFile(part);
    bytes[5] = 0;
    await writeFile(part, bytes);
    const { output } = await openSlots(target, four);
    assert.deepEqual(resumed(output), [0, 3]);
    await complete(output);
  });

  it('fetches again what was cut off the file', async () => {
    await leave(target);
    await truncate(await only(folder.path, '.part'), 13);
    const { output } = await openSlots(target, four);
    assert.deepEqual(resumed(output), [0, 1]);
    await complete(output);
  });

  const damages: Record<string, (journal: string) => Promise<void>> = {
    'that ends within a line': async (journal) => truncate(journal, (await readFile(journal)).length - 3),
    'with something behind its end': (journal) => appendFile(journal, 'F 2 11 0 0 5 1 2 3 4\n\0\0\0'),
    'with a line changed in the middle': async (journal) => {
      const text = await readFile(journal, 'utf8');
      await writeFile(journal, text.replace('F 1 4', 'F 1 5'));
    },
    'without a header': async (journal) => writeFile(journal, (await readFile(journal, 'utf8')).slice(20)),
    'of no bytes': (journal) => truncate(journal, 0),
  };
  for (const [damage, inflict] of Object.entries(damages)) {
    it(`ends in the right file from a journal ${damage}`, async () => {
      await leave(target);
      await inflict(await only(folder.path, '.journal'));
      const { output } = await openSlots(target, four);
      await complete(output);
    });
  }

  it('starts over when the part file is gone', async () => {
    await leave(target);
    await rm(await only(folder.path, '.part'));
    const { output, isChanged } = await openSlots(target, four);
    assert.deepEqual([resumed(output), isChanged], [[], false]);
    await complete(output);
  });

  const changes: Record<string, SlotOptions> = {
    'other durations': { slotCount: 4, change: (fragment) => ({ ...fragment, durationS: 3 }) },
    'another first sequence': { slotCount: 4, change: (fragment) => ({ ...fragment, sequence: fragment.index + 8 }) },
    'fewer fragments': { slotCount: 3 },
    'another variant': { slotCount: 4, stream: '720p' },
  };
  for (const [change, options] of Object.entries(changes)) {
    it(`starts over for a playlist with ${change}`, async () => {
      await leave(target);
      const { output, isChanged } = await openSlots(target, options);
      assert.deepEqual([resumed(output), isChanged], [[], true]);
      output.discard();
      assert.deepEqual(await readdir(folder.path), []);
    });
  }

  it('saves a recording that the playlist does not list any more', async () => {
    const { output: recorded } = await openSlots(target, { slotCount: 0, isLive: true });
    const fragments = [fragmentOf(0), fragmentOf(1), fragmentOf(2)];
    recorded.append(fragments);
    fill(recorded.slots[0], 'aaaa');
    fill(recorded.slots[1], 'bbb');
    recorded.keep();
    const later: SlotOptions = { slotCount: 4, change: (fragment) => ({ ...fragment, sequence: fragment.index + 50 }) };
    const { output, salvaged } = await openSlots(target, later);
    assert.deepEqual(salvaged, { path: path.join(folder.path, 'out.1.ts'), bytes: 7 });
    assert.equal(await readFile(salvaged.path, 'utf8'), 'aaaabbb');
    output.discard();
    assert.deepEqual(await readdir(folder.path), ['out.1.ts']);
  });

  it('goes on when the playlist has grown', async () => {
    await leave(target);
    const { output } = await openSlots(target, { slotCount: 6 });
    assert.deepEqual(resumed(output), [0, 1, 3]);
    output.discard();
  });

  it('doubts what comes from another address now, and keeps the doubt until it is settled', async () => {
    await leave(target);
    const moved: SlotOptions = { slotCount: 4, change: (fragment) => ({ ...fragment, url: `${fragment.url}b` }) };
    for (let time = 0; time < 2; time++) {
      const { output, doubtful } = await openSlots(target, moved);
      assert.equal(doubtful?.index, [3, 1][time]);
      output.keep();
    }
    const { output } = await openSlots(target, moved);
    output.startOver();
    assert.deepEqual(resumed(output), []);
    await complete(output);
  });

  it('leaves nothing when it is not to be gone on with', async () => {
    await leave(target);
    const { output } = await openSlots(target, { slotCount: 4, resume: false });
    assert.deepEqual([resumed(output), (await readdir(folder.path)).length], [[], 2]);
    fill(output.slots[0], 'aaaa');
    assert.deepEqual(output.keep(), { fragments: 0, bytes: 0 });
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('keeps nothing when nothing is whole', async () => {
    const { output } = await openSlots(target, four);
    output.slots[0]?.write(Buffer.from('a'));
    output.keep();
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('refuses a target that another download is writing', async () => {
    const { output } = await openSlots(target, four);
    await assert.rejects(openSlots(target, four), { code: 'HLS_DISK_BUSY' });
    await removeUnfinished([target]);
    assert.equal((await readdir(folder.path)).length, 2);
    output.discard();
  });

  it('takes over from a thread that fell silent', async () => {
    await leave(target);
    const journal = await only(folder.path, '.journal');
    const owned = journal.replace(/-0\.journal$/, `-${process.pid}.journal`);
    await rename(journal, owned);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(owned, longAgo, longAgo);
    const { output } = await openSlots(target, four);
    assert.deepEqual(resumed(output), [0, 1, 3]);
    output.discard();
  });

  it('gives way to who has taken over from it', async () => {
    const { output: slow } = await openSlots(target, { slotCount: 1 });
    fill(slow.slots[0], 'old');
    await new Promise(setImmediate);
    const journal = await only(folder.path, '.journal');
    await rename(journal, journal.replace(/-\d+\.journal$/, '-0.journal'));
    const { output } = await openSlots(target, { slotCount: 1 });
    await rename(await only(folder.path, '.journal'), journal.replace(/-\d+\.journal$/, '-1.journal'));
    assert.throws(() => slow.finish(), { code: 'HLS_DISK_BUSY' });
    await rename(await only(folder.path, '.journal'), journal);
    output.finish();
    assert.equal(await readFile(target, 'utf8'), 'old');
  });

  it('removes what a try has left', async () => {
    await leave(target);
    await writeFile(path.join(folder.path, '.hotframe-of-somebody-else.part'), '');
    await removeUnfinished([target]);
    assert.deepEqual(await readdir(folder.path), ['.hotframe-of-somebody-else.part']);
  });

  it('notices that the part file was taken away', async () => {
    const { output } = await openSlots(target, four);
    for (const [index, text] of ['aaaa', 'bbb', 'ccccc', 'dddddd'].entries()) fill(output.slots[index], text);
    await rm(await only(folder.path, '.part'));
    assert.throws(() => output.finish(), { code: 'HLS_DISK_REMOVED' });
    output.keep();
  });

  it('writes where a symbolic link leads', async () => {
    const real = path.join(folder.path, 'real.ts');
    await writeFile(real, 'before');
    await symlink(real, target);
    const { output } = await openSlots(target, { slotCount: 1 });
    fill(output.slots[0], 'a');
    output.finish();
    assert.equal(await readFile(real, 'utf8'), 'a');
    assert.equal(await readFile(target, 'utf8'), 'a');
  });

  for (const [what, bad] of [
    ['a folder', '/tmp'],
    ['a device', '/dev/null'],
  ] as const) {
    it(`refuses ${what}`, () => assert.rejects(openSlots(bad, four), { code: 'HLS_DISK_IO' }));
  }

  it('refuses a name that is too long for the disk', () =>
    assert.rejects(openSlots(path.join(folder.path, `${'x'.repeat(300)}.ts`), four), { code: 'HLS_DISK_NAME' }));

  it('takes the longest name that the disk takes', async () => {
    const { output } = await openSlots(path.join(folder.path, `${'x'.repeat(252)}.ts`), { slotCount: 1 });
    fill(output.slots[0], 'a');
    output.finish();
    assert.equal((await readdir(folder.path)).length, 1);
  });
});
