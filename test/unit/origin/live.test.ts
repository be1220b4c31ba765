import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import type { Lab, LiveSettings, Span, StreamName, UrlOptions } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { downloadNaively, get } from './client.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What a media playlist says, as far as these tests ask. */
interface Read {
  url: string;
  status: number;
  text: string;
  sequence: number;
  discontinuitySequence: number;
  entries: string[];
  hasEnd: boolean;
}

describe('live streams of the lab', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  let sessions = 0;
  function start(stream: StreamName, live: LiveSettings, options: UrlOptions = {}): { url: string; session: string } {
    const session = `live ${++sessions}`;
    return { url: lab.url(stream, { fragments: 12, fragmentBytes: 30_000, session, live, ...options }), session };
  }

  /** Reads a media playlist, `directives` as `_HLS_…` in its query. */
  async function read(url: string, directives: Record<string, string> = {}): Promise<Read> {
    const asked = new URL(url);
    for (const [name, value] of Object.entries(directives)) asked.searchParams.set(`_HLS_${name}`, value);
    const { status, body } = await get(asked.href);
    const text = body.toString();
    const number = (tag: string): number => Number(new RegExp(`^#EXT-X-${tag}:(\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    return {
      url,
      status,
      text,
      sequence: number('MEDIA-SEQUENCE'),
      discontinuitySequence: number('DISCONTINUITY-SEQUENCE'),
      entries: [...text.matchAll(/^(?!#)(.+?)\?/gm)].map((found) => found[1]!),
      hasEnd: text.endsWith('#EXT-X-ENDLIST\n'),
    };
  }

  const names = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, place) => `f${String(from + place).padStart(6, '0')}.ts`);

  it('slides a window over the broadcast by hand, and ends', async () => {
    const { url, session } = start('live-window', { window: 4, firstSequence: 70 });
    const first = await read(url);
    assert.deepEqual([first.sequence, first.entries, first.hasEnd], [70, names(0, 3), false]);
    assert.match(first.text, /^#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n/);
    assert.deepEqual((await read(url)).entries, names(0, 3));
    assert.deepEqual(await lab.advance(session, 3), { fragments: 7, parts: 0 });
    const second = await read(url);
    assert.deepEqual([second.sequence, second.entries], [73, names(3, 6)]);
    await lab.advance(session, 50);
    const last = await read(url);
    assert.deepEqual([last.sequence, last.entries, last.hasEnd], [78, names(8, 11), true]);
  });

  it('tells what is listed and fetched', async () => {
    const { url, session } = start('live-window', { window: 4 });
    const { entries } = await read(url);
    await lab.advance(session, 1);
    await read(url, { msn: '3' });
    await get(new URL(entries[2]! + new URL(url).search, url).href);
    const requests = await lab.requests(session);
    assert.deepEqual(
      requests.map(({ listed, index, directives }) => [listed?.first, listed?.last, index, directives]),
      [
        [0, 3, undefined, undefined],
        [1, 4, undefined, { msn: '3' }],
        [undefined, undefined, 2, undefined],
      ],
    );
  });

  it('grows as an event', async () => {
    const { url, session } = start('live-event', {});
    assert.deepEqual((await read(url)).entries, names(0, 0));
    await lab.advance(session, 4);
    const later = await read(url);
    assert.deepEqual([later.sequence, later.entries, later.hasEnd], [0, names(0, 4), false]);
    assert.match(later.text, /^#EXT-X-PLAYLIST-TYPE:EVENT$/m);
    await lab.advance(session, 7);
    assert.deepEqual([(await read(url)).entries, (await read(url)).hasEnd], [names(0, 11), true]);
    assert.equal((await get(start('live-event', { lost: [[1, 2]] }).url)).status, 400);
  });

  it('is begun where a test wants it, under settings that no URL holds', async () => {
    const { url, session } = start('live-window', { window: 4 }, { fragmentBytes: 1000 });
    const lost: Span[] = Array.from({ length: 5000 }, (_, place) => [10_000 + 2 * place, 10_000 + 2 * place]);
    await lab.begin(session, { lost: [[6, 7], ...lost], bare: true }, { fragments: 9, parts: 2 });
    const { entries } = await read(url);
    assert.deepEqual(entries, names(8, 8));
    assert.deepEqual(await lab.advance(session, 1), { fragments: 10, parts: 2 });
    const media = await get(new URL(entries[0]! + new URL(url).search, url).href);
    assert.ok(media.body.length < 2000, `${media.body.length} bytes`);
  });

  it('runs by time', async () => {
    const { url } = start('live-event', { fragmentMs: 20, blocking: true });
    const startMs = performance.now();
    await read(url);
    const { hasEnd, entries } = await read(url, { msn: '2' });
    assert.ok(performance.now() - startMs >= 39);
    assert.ok(hasEnd || entries.length >= 3);
    let last = await read(url);
    while (!last.hasEnd) last = await read(url);
    assert.deepEqual(last.entries, names(0, 11));
    assert.ok(performance.now() - startMs >= 11 * 20);
  });

  it('keeps sessions apart', async () => {
    const [one, other] = [start('live-window', {}), start('live-window', {})];
    await read(one.url);
    await lab.advance(one.session, 2);
    assert.equal((await read(one.url)).sequence, 2);
    await assert.rejects(lab.advance(other.session, 1), /not asked/);
    assert.equal((await read(other.url)).sequence, 0);
  });

  it('is out while the newest fragment is one of those', async () => {
    const { url, session } = start('live-window', {
      startAt: 6,
      outage: [
        [6, 7],
        [9, 9],
      ],
    });
    const statuses = [];
    for (let place = 5; place < 12; place++) {
      statuses.push((await read(url)).status);
      await lab.advance(session, 1);
    }
    assert.deepEqual(statuses, [200, 503, 503, 200, 503, 200, 200]);
  });

  it('loses fragments that nobody sees listed', async () => {
    const { url, session } = start('live-window', { window: 4, lost: [[5, 7]] });
    const seen = [];
    for (let place = 4; place <= 12; place++) {
      const { sequence, entries, hasEnd } = await read(url);
      seen.push([sequence, sequence + entries.length - 1, hasEnd]);
      await lab.advance(session, 1);
    }
    const frozen = [1, 4, false];
    assert.deepEqual(seen, [
      [0, 3, false],
      frozen,
      frozen,
      frozen,
      frozen,
      [8, 8, false],
      [8, 9, false],
      [8, 10, false],
      [8, 11, true],
    ]);
    assert.equal((await get(url.replace('index.m3u8', 'f000006.ts'))).status, 404);
  });

  it('counts discontinuities that have left the window', async () => {
    const { url, session } = start('live-window', { window: 3, discontinuity: [2, 4] });
    const seen = [];
    for (let place = 3; place <= 8; place++) {
      const { text, discontinuitySequence, sequence } = await read(url);
      const marks = [...text.matchAll(/#EXT-X-DISCONTINUITY\n#EXTINF:1.92,\nf00000(\d)/g)].map((found) =>
        Number(found[1]),
      );
      seen.push([sequence, discontinuitySequence, marks]);
      await lab.advance(session, 1);
    }
    assert.deepEqual(seen, [
      [0, 0, [2]],
      [1, 0, [2]],
      [2, 0, [2, 4]],
      [3, 1, [4]],
      [4, 1, [4]],
      [5, 2, []],
    ]);
  });

  it('announces gaps that cannot be had', async () => {
    const { url, session } = start('live-window', { window: 3, gap: [3], parts: true });
    await read(url);
    await lab.advance(session, 1, 1);
    const { text } = await read(url);
    assert.equal(text.match(/#EXT-X-GAP\n#EXTINF:1\.92,\nf000003\.ts/g)?.length, 1);
    assert.equal(text.match(/URI="f000003\.\d\.ts[^"]*"(?:,INDEPENDENT=YES)?,GAP=YES/g)?.length, 4);
    assert.equal(text.match(/GAP/g)?.length, 5);
    const statusOf = async (name: string): Promise<number> => (await get(url.replace('index.m3u8', name))).status;
    assert.deepEqual(
      [await statusOf('f000003.ts'), await statusOf('f000003.0.ts'), await statusOf('f000002.ts')],
      [404, 404, 200],
    );
    const { fragments } = await lab.digest('live-window', { fragments: 12, live: { gap: [3] }, from: 0 });
    assert.equal(fragments, 11);
  });

  it('starts the times of the media again at a discontinuity', async () => {
    const { url } = start('live-window', { startAt: 12, discontinuity: [3] });
    const plain = start('live-window', { startAt: 12 });
    const at = async (address: string, index: number): Promise<Buffer> =>
      (await get(address.replace('index.m3u8', `f00000${index}.ts`))).body.subarray(0, 188 * 10);
    assert.ok((await at(url, 3)).equals(await at(plain.url, 0)));
    assert.ok((await at(url, 2)).equals(await at(plain.url, 2)));
    assert.ok(!(await at(url, 4)).equals(await at(plain.url, 4)));
  });

  it('starts its numbers again, in a window of its own', async () => {
    const { url, session } = start('live-window', { window: 3, firstSequence: 500, reset: [5], discontinuity: [2, 5] });
    const seen = [];
    for (let place = 3; place <= 9; place++) {
      const { sequence, entries, discontinuitySequence } = await read(url);
      seen.push([sequence, entries[0], entries.length, discontinuitySequence]);
      await lab.advance(session, 1);
    }
    assert.deepEqual(seen, [
      [500, 'f000000.ts', 3, 0],
      [501, 'f000001.ts', 3, 0],
      [502, 'f000002.ts', 3, 0],
      [0, 'f000005.ts', 1, 0],
      [0, 'f000005.ts', 2, 0],
      [0, 'f000005.ts', 3, 0],
      [1, 'f000006.ts', 3, 1],
    ]);
  });

  it('gives an older reading now and then', async () => {
    const { url } = start('live-window', { window: 3, startAt: 9, stale: 3 });
    const sequences = [];
    for (let reading = 1; reading <= 6; reading++) sequences.push((await read(url)).sequence);
    assert.deepEqual(sequences, [6, 6, 4, 6, 6, 4]);
  });

  it('keeps fragments behind the window as long as it is told to', async () => {
    const { url, session } = start('live-window', { window: 3, kept: 2 });
    const statusOf = async (index: number): Promise<number> =>
      (await get(url.replace('index.m3u8', `f00000${index}.ts`))).status;
    await read(url);
    assert.deepEqual([await statusOf(2), await statusOf(3)], [200, 404]);
    await lab.advance(session, 5);
    assert.deepEqual([await statusOf(2), await statusOf(3), await statusOf(7)], [404, 200, 200]);
  });

  it('says nothing more when it dies', async () => {
    const { url, session } = start('live-window', { dies: true });
    await read(url);
    await lab.advance(session, 100);
    const { hasEnd, entries } = await read(url);
    assert.deepEqual([hasEnd, entries], [false, names(6, 11)]);
  });

  it('holds a reload back until what it waits for is there', async () => {
    const { url, session } = start('live-window', { window: 3, blocking: true });
    const first = await read(url);
    assert.match(first.text, /^#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES$/m);
    assert.equal((await read(url, { msn: '2' })).sequence, 0);
    const waiting = read(url, { msn: '4' });
    await lab.advance(session, 1);
    const early = await Promise.race([waiting, read(url)]);
    assert.equal(early.entries.length, 3);
    assert.equal(early.sequence, 1);
    await lab.advance(session, 1);
    const { sequence, text } = await waiting;
    assert.equal(sequence, 2);
    assert.doesNotMatch(text, /_HLS_/);
    assert.equal((await read(url, { msn: '7' })).status, 400);
    assert.equal((await read(url, { part: '1' })).status, 400);
    const ended = read(url, { msn: '6' });
    await lab.advance(session, 50);
    assert.ok((await ended).hasEnd);
    assert.ok((await read(url, { msn: '13' })).hasEnd);
  });

  it('answers delta updates', async () => {
    const { url } = start('live-window', { window: 10, startAt: 11, skip: true, discontinuity: [2] });
    const whole = await read(url);
    assert.match(whole.text, /^#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12$/m);
    assert.equal(whole.entries.length, 10);
    const delta = await read(url, { skip: 'YES' });
    assert.match(delta.text, /^#EXT-X-SKIP:SKIPPED-SEGMENTS=3$/m);
    assert.deepEqual([delta.sequence, delta.entries], [1, whole.entries.slice(3)]);
    const short = start('live-window', { window: 7, skip: true });
    assert.doesNotMatch((await read(short.url, { skip: 'YES' })).text, /EXT-X-SKIP/);
  });

  it('lists parts of the newest fragments and serves them before the fragment', async () => {
    const { url, session } = start('live-window', { window: 4, parts: true, blocking: true });
    await read(url);
    await lab.advance(session, 1, 2);
    const { text, entries } = await read(url);
    assert.deepEqual(entries, names(1, 4));
    assert.match(text, /^#EXT-X-PART-INF:PART-TARGET=0\.48$/m);
    const parts = [...text.matchAll(/#EXT-X-PART:DURATION=0\.48,URI="([^?]*)\?[^"]*"(,INDEPENDENT=YES)?/g)];
    assert.deepEqual(
      parts.map((found) => found[1]),
      [2, 3, 4]
        .flatMap((index) => [0, 1, 2, 3].map((part) => `f00000${index}.${part}.ts`))
        .concat(['f000005.0.ts', 'f000005.1.ts']),
    );
    assert.equal(parts.filter((found) => found[2] !== undefined).length, 4);
    const hint = /#EXT-X-PRELOAD-HINT:TYPE=PART,URI="([^"]*)"/.exec(text)![1]!;
    assert.match(hint, /^f000005\.2\.ts\?/);
    const [hinted, reloaded] = [get(new URL(hint, url).href), read(url, { msn: '5', part: '2' })];
    assert.equal((await get(url.replace('index.m3u8', 'f000005.ts'))).status, 404);
    await lab.advance(session, 0, 1);
    assert.equal((await hinted).status, 200);
    assert.match((await reloaded).text, /f000005\.2\.ts.*\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="f000005\.3\.ts/);
    await lab.advance(session, 0, 1);
    const of = async (name: string): Promise<Buffer> => (await get(url.replace('index.m3u8', name))).body;
    const slices = await Promise.all([0, 1, 2, 3].map((part) => of(`f000005.${part}.ts`)));
    assert.ok(slices.every((slice) => slice.length > 0 && slice.length % 188 === 0));
    assert.ok(Buffer.concat(slices).equals(await of('f000005.ts')));
  });

  it('has audio of its own, numbered alike', async () => {
    const { url, session } = start('live-window', { audio: true, parts: true });
    const multivariant = (await get(url)).body.toString();
    assert.match(multivariant, /URI="audio-en\/index\.m3u8\?/);
    assert.match(multivariant, /^video\/index\.m3u8\?/m);
    const [video, audio] = [url.replace('index', 'video/index'), url.replace('index', 'audio-en/index')];
    await read(video);
    await lab.advance(session, 2);
    assert.deepEqual((await read(audio)).entries, (await read(video)).entries);
    assert.match(
      (await read(video)).text,
      /RENDITION-REPORT:URI="\.\.\/audio-en\/index\.m3u8\?.*",LAST-MSN=7,LAST-PART=3/,
    );
    await lab.advance(session, 50);
    const settings = { fragments: 12, fragmentBytes: 30_000, live: { audio: true }, from: 6 };
    const { sha256: best, outputs } = await lab.digest('live-window', settings);
    assert.equal(sha256(await downloadNaively(video)), best);
    assert.equal(sha256(await downloadNaively(audio)), outputs!.audio['en']!.sha256);
  });

  for (const [what, live] of Object.entries({
    'MPEG-TS': { discontinuity: [8] },
    fMP4: { mp4: true, discontinuity: [8], dates: true },
    'AES-128 by the media sequence': { aes: true, firstSequence: 900 },
  })) {
    it(`digests a recording from a fragment on: ${what}`, async () => {
      const { url, session } = start('live-window', live);
      await read(url);
      await lab.advance(session, 50);
      const bytes = await downloadNaively(url);
      const digest = await lab.digest('live-window', { fragments: 12, fragmentBytes: 30_000, live, from: 6 });
      assert.deepEqual([digest.sha256, digest.bytes, digest.fragments], [sha256(bytes), bytes.length, 6]);
    });
  }

  it('digests without what is lost, from what was listed first, to where a recording was stopped', async () => {
    const of = async (more: object): Promise<number> =>
      (
        await lab.digest('live-window', {
          fragments: 12,
          fragmentBytes: 30_000,
          live: { startAt: 8, lost: [[9, 9]] },
          ...more,
        })
      ).fragments;
    assert.deepEqual([await of({}), await of({ from: 0 }), await of({ from: 8, to: 9 })], [9, 11, 1]);
    await assert.rejects(of({ from: 12 }), /nothing from 12 to 11/);
  });

  it('digests what a client that came too rarely could know of', async () => {
    const { url, session } = start('live-window', { window: 3, reset: [8] });
    for (const step of [4, 3, 5]) {
      await read(url);
      await lab.advance(session, step);
    }
    await read(url);
    const only = await lab.listed(session);
    assert.deepEqual(only, [
      [0, 2],
      [4, 6],
      [8, 11],
    ]);
    assert.deepEqual(await lab.listed(session, 'audio-en/index.m3u8'), []);
    const settings = { fragments: 12, fragmentBytes: 30_000, live: { window: 3 } };
    const { fragments, bytes } = await lab.digest('live-window', { ...settings, only });
    assert.equal(fragments, 10);
    const of = async (span: readonly [number, number]): Promise<number> =>
      (await lab.digest('live-window', { ...settings, from: span[0], to: span[1] })).bytes;
    assert.equal(bytes, (await of([0, 2])) + (await of([4, 6])) + (await of([8, 11])));
    await assert.rejects(lab.digest('live-window', { only: [] }), /no list of spans/);
  });

  it('lasts as it is told to', async () => {
    const { text } = await read(start('live-window', { targetS: 1, dates: true }).url);
    assert.match(text, /#EXT-X-TARGETDURATION:1\n/);
    assert.match(text, /#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00\.960Z\n#EXTINF:0\.96,\nf000001/);
    assert.match((await read(start('live-window', { targetS: 1, durationS: 1.25 }).url)).text, /#EXTINF:1\.25,/);
  });

  it('is another resource after each change, of the same size or not', async () => {
    const { url, session } = start('live-window', {}, { etag: true });
    const etags = [];
    for (let turn = 0; turn < 2; turn++) {
      const [one, again] = [await get(url), await get(url)];
      assert.equal(one.headers.etag, again.headers.etag);
      etags.push(one.headers.etag, one.body.length);
      await lab.advance(session, 1);
    }
    assert.equal(etags[1], etags[3]);
    assert.notEqual(etags[0], etags[2]);
  });

  it('gives out tokens and takes faults like any other', async () => {
    const { url } = start('live-window', {}, { tokens: 'fresh', faults: [{ kind: 'status', index: 2, times: 1 }] });
    const { text } = await read(url);
    const [entry] = /^f000002.*$/m.exec(text)!;
    const address = new URL(entry, url).href;
    assert.deepEqual([(await get(address)).status, (await get(address)).status], [503, 200]);
    assert.equal((await get(url.replace('index.m3u8', 'f000002.ts'))).status, 403);
  });
});
