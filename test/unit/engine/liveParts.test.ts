import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { download } from '../../../src/engine/download.ts';
import type { EngineReceipt } from '../../../src/engine/receiptBook.ts';
import { startLab, type Fault, type Lab, type RequestRecord, type UrlOptions } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

type Live = NonNullable<UrlOptions['live']>;

const fragments = 8;
const fragmentBytes = 30_000;
const startAt = 4;
const partsEach = 4;
const held: Live = { parts: true, blocking: true, targetS: 1, window: 6, startAt };
const listedFirst = Array.from({ length: startAt }, (_, index) => index);

/** What a recording asked of the media, in order: `5`, `5.2`, or `5@0-999`. */
interface Asked {
  name: string;
  fragment: number;
  part: number | undefined;
  status: number | undefined;
}

describe('engine: parts of a live stream', () => {
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder[Symbol.asyncDispose]());

  /** A recording of a broadcast that goes on part by part, by hand. */
  class Recorded {
    readonly live: Live;
    readonly session = randomUUID();
    readonly #stop = new AbortController();
    readonly done: Promise<EngineReceipt>;
    isOver = false;

    constructor(live: Live, faults: readonly Fault[] = [], deadAfterS = 15) {
      this.live = live;
      const url = lab.url('live-window', { session: this.session, fragments, fragmentBytes, live, faults });
      const output = path.join(folder.path, 'out.ts');
      this.done = download(
        { url, output, sha256: true, perFragment: true, from: 'start', deadAfterS },
        { signal: new AbortController().signal, stop: this.#stop.signal, onEvent: () => undefined },
      ).finally(() => (this.isOver = true));
    }

    async advance(parts: number): Promise<void> {
      await lab.advance(this.session, 0, parts);
    }

    stop(): void {
      this.#stop.abort();
    }

    async asked(): Promise<Asked[]> {
      return (await lab.requests(this.session)).flatMap((record) => askedOf(record) ?? []);
    }

    /** Waits until the file holds the fragments up to `fragment` (without it) and so many parts of it. */
    async holds(fragment: number, parts = 0): Promise<void> {
      const { bytes } = await this.digest(fragment, parts);
      await this.until(async () => (await sizeOf(folder.path)) === bytes);
    }

    digest(fragment: number, parts = 0): ReturnType<Lab['digest']> {
      const until = { to: fragment - 1, ...(parts === 0 ? {} : { begun: parts }) };
      return lab.digest('live-window', { fragments, fragmentBytes, live: this.live, ...until });
    }

    /** The test's own time limit ends it. */
    async until(condition: () => Promise<boolean>): Promise<void> {
      while (!(await condition())) {
        assert.ok(!this.isOver, 'the recording is over');
        await pause(2);
      }
    }

    /** Brings the rest of the broadcast, each part once what was there before is in the file. */
    async runToEnd(
      each: (fragment: number, parts: number) => Promise<void> = () => Promise.resolve(),
    ): Promise<EngineReceipt> {
      await this.holds(startAt);
      for (let position = startAt * partsEach + 1; position < fragments * partsEach; position++) {
        await this.advance(1);
        await each(Math.floor(position / partsEach), position % partsEach);
      }
      await this.advance(1);
      return this.done;
    }
  }

  async function sizeOf(where: string): Promise<number> {
    const names = (await readdir(where)).filter((name) => name.endsWith('.part'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(where, name))).size));
    return sizes[0] ?? 0;
  }

  function askedOf({ path: address, range, status }: RequestRecord): Asked | undefined {
    const found = /\/f0*(\d+)(?:\.(\d))?\.(?:ts|m4s)$/.exec(address);
    if (found === null) return undefined;
    const [, fragment = '', part] = found;
    const name = fragment + (part === undefined ? '' : `.${part}`) + (range === undefined ? '' : `@${range.slice(6)}`);
    return { name, fragment: Number(fragment), part: part === undefined ? undefined : Number(part), status };
  }

  /** Fragments that were asked for as a whole, ascending. */
  const wholes = (asked: readonly Asked[]) =>
    asked
      .filter(({ name }) => /^\d+$/.test(name))
      .map(({ fragment }) => fragment)
      .toSorted((a, b) => a - b);
  const twice = (asked: readonly Asked[]) =>
    asked.map(({ name }) => name).filter((name, at, names) => names.indexOf(name) !== at);

  const forms: [name: string, live: Live][] = [
    ['with addresses of their own', {}],
    ['that are ranges of their fragment', { partRanges: true }],
    ['of fMP4', { mp4: true }],
    ['each encrypted by itself', { aes: true }],
    ['of ranges of fMP4, in delta updates', { mp4: true, partRanges: true, skip: true }],
    ['across a discontinuity', { discontinuity: [6] }],
  ];
  for (const [name, form] of forms) {
    it(`are in the file before the next one is there: ${name}`, async () => {
      const recorded = new Recorded({ ...held, ...form });
      const receipt = await recorded.runToEnd((fragment, parts) => recorded.holds(fragment, parts));
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error ?? receipt.perFragment));
      assert.equal(receipt.output?.sha256, (await recorded.digest(fragments)).sha256);
      const asked = await recorded.asked();
      assert.deepEqual(wholes(asked), listedFirst);
      assert.deepEqual(twice(asked), []);
      const fed = fragments - startAt;
      assert.equal(asked.length, startAt + fed * partsEach);
      assert.deepEqual(receipt.recording?.parts, { fragments: fed, parts: fed * partsEach, refetched: 0 });
      assert.deepEqual([receipt.fragments.total, receipt.fragments.fetched], [fragments, fragments]);
    });
  }

  it('that are ranges of what is encrypted follow one part later: the end of each opens with the next', async () => {
    const recorded = new Recorded({ ...held, aes: true, partRanges: true });
    const receipt = await recorded.runToEnd((fragment, parts) => recorded.holds(fragment, Math.max(0, parts - 1)));
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error ?? receipt.perFragment));
    assert.equal(receipt.output?.sha256, (await recorded.digest(fragments)).sha256);
    const asked = await recorded.asked();
    assert.deepEqual([wholes(asked), twice(asked)], [listedFirst, []]);
  });

  it('bring the file three parts nearer to the live edge than whole fragments', async () => {
    /** For each request of media behind the first list: how many parts behind the live edge the answer's first part came. */
    const delays = async (live: Live, each: (recorded: Recorded, fragment: number, parts: number) => Promise<void>) => {
      const recorded = new Recorded(live);
      const delayOf = new Map<string, number>();
      const note = async (position: number) => {
        for (const { name, fragment, part = 0, status } of await recorded.asked()) {
          const isNew = fragment >= startAt && status !== undefined && !delayOf.has(name);
          if (isNew) delayOf.set(name, position - (fragment * partsEach + part + 1));
        }
      };
      const receipt = await recorded.runToEnd(async (fragment, parts) => {
        await each(recorded, fragment, parts);
        await note(fragment * partsEach + parts);
      });
      await note(fragments * partsEach);
      assert.equal(receipt.state, 'complete');
      return [...delayOf.values()];
    };
    const withParts = await delays(held, (recorded, fragment, parts) => recorded.holds(fragment, parts));
    const without = await delays({ ...held, parts: false }, async (recorded, fragment, parts) => {
      if (parts === 0) await recorded.holds(fragment);
    });
    const fed = fragments - startAt;
    assert.deepEqual(
      withParts,
      Array.from({ length: fed * partsEach }, () => 0),
    );
    assert.deepEqual(
      without,
      Array.from({ length: fed }, () => partsEach - 1),
    );
  });

  it('are asked for ahead where they are hinted at, once', async () => {
    const recorded = new Recorded(held);
    const isPending = async (name: string) =>
      (await recorded.asked()).some((asked) => asked.name === name && asked.status === undefined);
    await recorded.runToEnd(async (fragment, parts) => {
      await recorded.holds(fragment, parts);
      if (fragment < fragments - 1) await recorded.until(() => isPending(`${fragment}.${parts}`));
    });
    assert.deepEqual(twice(await recorded.asked()), []);
  });

  it('are asked for again where the origin does not keep to its hint', async () => {
    const recorded = new Recorded(held, [{ kind: 'status', status: 404, path: 'f000005.1.ts', times: 1 }]);
    const receipt = await recorded.runToEnd((fragment, parts) => recorded.holds(fragment, parts));
    assert.equal(receipt.output?.sha256, (await recorded.digest(fragments)).sha256);
    const asked = await recorded.asked();
    assert.deepEqual([wholes(asked), twice(asked)], [listedFirst, ['5.1']]);
    assert.equal(receipt.recording?.parts?.refetched, 0);
  });

  const useless: [name: string, live: Live, faults: Fault[]][] = [
    ['cannot be had', {}, [{ kind: 'status', status: 404, path: 'f000005.1.ts' }]],
    ['is announced as missing', { gapPart: [5] }, []],
    ['is something else', {}, [{ kind: 'html', path: 'f000005.1.ts' }]],
    ['is something else and the first', {}, [{ kind: 'html', path: 'f000005.0.ts' }]],
    ['does not decrypt', { aes: true }, [{ kind: 'html', path: 'f000005.2.ts' }]],
    ['cannot be had, with an init segment', { mp4: true }, [{ kind: 'status', status: 404, path: 'f000004.0.m4s' }]],
  ];
  for (const [name, form, faults] of useless) {
    it(`are given up for the whole fragment where one ${name}`, async () => {
      const recorded = new Recorded({ ...held, ...form }, faults);
      const receipt = await recorded.runToEnd(async (fragment, parts) => {
        if (parts === 0) await recorded.holds(fragment);
      });
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error ?? receipt.perFragment));
      assert.equal(receipt.output?.sha256, (await recorded.digest(fragments)).sha256);
      const refetched = form.mp4 === true ? 4 : 5;
      assert.deepEqual(receipt.recording?.parts, { fragments: 3, parts: 3 * partsEach, refetched: 1 });
      assert.deepEqual(wholes(await recorded.asked()), [...new Set([...listedFirst, refetched])]);
      const { state, parts, partsError } = receipt.perFragment[refetched] ?? {};
      assert.deepEqual([state, parts], ['whole', undefined]);
      assert.match(partsError?.message ?? '', /^(?:Part \d of fragment|Fragment) \d/);
    });
  }

  it('are asked for no more when they were of no use three times in a row', async () => {
    const faults = listedFirst.map((at): Fault => ({ kind: 'html', path: `f00000${startAt + at}.0.ts` }));
    const recorded = new Recorded(held, faults);
    const receipt = await recorded.runToEnd(async (fragment, parts) => {
      if (parts === 0) await recorded.holds(fragment);
    });
    assert.equal(receipt.output?.sha256, (await recorded.digest(fragments)).sha256);
    assert.equal(receipt.recording?.parts?.refetched, 3);
    const last = (await recorded.asked()).filter(({ fragment }) => fragment === fragments - 1);
    // Hinted at while the third was still being tried, its first part may have been asked for.
    const names = last.filter(({ status }) => status === 200).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => name !== `${fragments - 1}.0`),
      [String(fragments - 1)],
    );
  });

  it('leave out a fragment that is announced as missing', async () => {
    const recorded = new Recorded({ ...held, mp4: true, gap: [startAt] });
    const receipt = await recorded.runToEnd(async (fragment, parts) => {
      if (parts === 0 && fragment > startAt) await recorded.holds(fragment);
    });
    assert.equal(receipt.state, 'completeWithGaps', JSON.stringify(receipt.error));
    assert.deepEqual([receipt.fragments.gaps, receipt.fragments.declaredGaps], [1, 1]);
    assert.equal(receipt.output?.sha256, (await recorded.digest(fragments)).sha256);
  });

  const stopped: [name: string, live: Live, kept: number][] = [
    ['what is there', {}, 2],
    ['what can be decrypted', { aes: true, partRanges: true }, 1],
  ];
  for (const [name, form, kept] of stopped) {
    it(`stay in the file when it is stopped between two of them: ${name}`, async () => {
      const recorded = new Recorded({ ...held, ...form });
      await recorded.holds(startAt);
      await recorded.advance(partsEach);
      await recorded.holds(startAt + 1);
      await recorded.advance(2);
      await recorded.holds(startAt + 1, kept);
      recorded.stop();
      const receipt = await recorded.done;
      assert.deepEqual([receipt.state, receipt.recording?.ended], ['complete', 'stopped']);
      assert.equal(receipt.output?.sha256, (await recorded.digest(startAt + 1, kept)).sha256);
      const { state, parts, error } = receipt.perFragment.at(-1) ?? {};
      assert.deepEqual([state, parts, error], ['partial', kept, undefined]);
      assert.equal(receipt.fragments.total, startAt + 2);
      assert.equal(receipt.fragments.gaps, 0);
    });
  }

  it('stay in the file when the rest left the playlist unseen, which is counted', async () => {
    const recorded = new Recorded({ ...held, window: 2, startAt: 2 });
    await recorded.holds(2);
    await recorded.advance(2);
    await recorded.holds(2, 2);
    await recorded.advance(4 * partsEach);
    await recorded.until(async () => (await recorded.asked()).some(({ name }) => name === '5'));
    await recorded.advance(2);
    await recorded.until(async () => (await recorded.asked()).some(({ name }) => name === '6.3'));
    await recorded.advance(partsEach);
    const receipt = await recorded.done;
    assert.equal(receipt.state, 'completeWithGaps', JSON.stringify(receipt.error));
    const states = receipt.perFragment.map(({ sequence, state, error }) => [sequence, state, error !== undefined]);
    assert.deepEqual(
      states,
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((sequence) =>
        sequence === 3 ? [] : [[sequence, sequence === 2 ? 'partial' : 'whole', sequence === 2]],
      ),
    );
    assert.deepEqual([receipt.recording?.holes, receipt.fragments.gaps, receipt.fragments.total], [1, 2, 8]);
    const [before, after] = [
      await recorded.digest(2, 2),
      await lab.digest('live-window', { fragments, fragmentBytes, live: recorded.live, from: 4 }),
    ];
    assert.equal(receipt.output?.bytes, before.bytes + after.bytes);
  });

  it('come with a list that is polled too', async () => {
    const recorded = new Recorded({ ...held, blocking: false, targetS: 1 });
    await recorded.holds(startAt);
    await recorded.advance(3);
    await recorded.holds(startAt, 3);
    await recorded.advance(1 + partsEach);
    await recorded.holds(startAt + 2);
    await recorded.advance(partsEach * (fragments - startAt));
    const receipt = await recorded.done;
    assert.equal(receipt.output?.sha256, (await recorded.digest(fragments)).sha256);
    assert.deepEqual(receipt.recording?.parts, { fragments: 1, parts: partsEach, refetched: 0 });
  });

  const running: [name: string, live: Live][] = [
    ['separate audio', { audio: true }],
    ['numbers that begin anew', { reset: [5] }],
  ];
  for (const [name, form] of running) {
    it(`are put together with ${name}`, async () => {
      const recorded = new Recorded({ ...held, ...form, fragmentMs: 80, window: fragments });
      const receipt = await recorded.done;
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error ?? receipt.perFragment));
      const { sha256, outputs } = await recorded.digest(fragments);
      assert.equal(receipt.output?.sha256, sha256);
      assert.equal(receipt.renditions?.[0]?.output.sha256, outputs?.audio['en']?.sha256);
    });
  }
});
