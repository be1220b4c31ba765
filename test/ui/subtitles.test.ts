import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import type { Cue } from '../../src/engine/subtitles/cue.ts';
import { toSrtText } from '../../src/engine/subtitles/cueText.ts';
import { SubtitleJoiner } from '../../src/engine/subtitles/joiner.ts';
import { readWebVtt } from '../../src/engine/subtitles/webVtt.ts';
import { launchBrowser } from '../host/browser.ts';
import { Ending } from '../host/ending.ts';
import { all } from '../origin/content/content.ts';
import { multivariant } from '../origin/streams/multivariant.ts';
import { FRAGMENT_S } from '../origin/streams/stream.ts';
import { textPieces, vttPieces } from '../unit/engine/subtitles/hostileFiles.ts';
import { inBrowser } from './flamegraphPage.ts';

/** A cue as the browser has it, times in milliseconds. */
interface BrowserCue {
  startMs: number;
  endMs: number;
  id: string;
  text: string;
  settings: Record<string, string | number>;
  /** Its text without tags and entities. */
  plain: string;
}

describe('subtitles in a browser', () => {
  const ending = new Ending();
  let page: Page;

  before(async () => {
    const server = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<video></video>'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ending.add(() => server.close());
    page = await (await launchBrowser(ending)).newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  after(() => ending.finish());

  /** The cues that Chromium finds in each file; none where it refuses the file. */
  const load = (files: readonly Uint8Array[]): Promise<(BrowserCue[] | null)[]> =>
    page.evaluate(
      LOAD,
      files.map((file) => Buffer.from(file).toString('base64')),
    );

  it('has the cues of hostile files as we read them', async () => {
    const files = fc.sample(vttPieces, { numRuns: 1500, seed: 8216 }).map((pieces) => Buffer.from(pieces.join('')));
    const loaded = await load(files);
    let cues = 0;
    for (const [index, file] of files.entries()) {
      const read = readWebVtt(file);
      const ours = read && inBrowserOrder(read.cues);
      const theirs = loaded[index]?.map(({ startMs, endMs, id, text }, place) => {
        // The specification gives a cue the line above as its identifier only where that is the first of its block;
        // Chromium always does, unless it names a block itself.
        return { startMs, endMs, id: id === '' || ours?.[place]?.id === '' ? ours?.[place]?.id : id, text };
      });
      assert.deepEqual(ours, theirs, JSON.stringify(file.toString()));
      cues += theirs?.length ?? 0;
    }
    assert.ok(cues > 500, `only ${cues} cues to compare`);
  });

  it('has the same cues in what we write of those files', async () => {
    const files = fc.sample(vttPieces, { numRuns: 500, seed: 14496 }).map((pieces) => Buffer.from(pieces.join('')));
    const joined = files.map((file) => {
      const joiner = new SubtitleJoiner();
      joiner.add(file, { startS: 0, durationS: 12 * 3600, isDiscontinuity: false });
      return Buffer.from(joiner.toVtt());
    });
    const [before, after] = [await load(files), await load(joined)];
    for (const [index, file] of files.entries()) {
      const shown = (before[index] ?? []).filter(({ startMs, endMs }) => endMs > startMs);
      const kept = after[index] ?? [];
      const expected = shown.map((cue, place) => ({ ...cue, id: kept[place]?.id === '' ? '' : cue.id }));
      assert.deepEqual(kept, expected, JSON.stringify(file.toString()));
    }
  });

  it('reads the same text out of tags and entities', async () => {
    const texts = fc.sample(textPieces, { numRuns: 1000, seed: 3 }).map((pieces) => `[${pieces.join('')}]`);
    const file = texts.map((text, index) => `00:${clock(index)} --> 01:00:00.000\n${text}\n\n`);
    const [cues] = await load([Buffer.from(`WEBVTT\n\n${file.join('')}`)]);
    let compared = 0;
    for (const { text, plain } of cues ?? []) {
      assert.equal(bare(toSrtText(text)), bare(plain), JSON.stringify(text));
      compared++;
    }
    assert.ok(compared > 900, `only ${compared} texts to compare`);
  });

  it('shows the subtitles of the multivariant stream where its fragments are', async () => {
    const { subtitles } = multivariant({});
    for (const [language, word] of [
      ['en', 'Fragment number'],
      ['de', 'Fragment Nummer'],
    ] as const) {
      const joiner = new SubtitleJoiner({ firstPtsTicks: 154_800 });
      const { parts } = subtitles[language]!;
      for (const { index, media } of parts) {
        const place = { startS: index * FRAGMENT_S, durationS: FRAGMENT_S, isDiscontinuity: false };
        assert.equal(joiner.add(Buffer.concat([...all(media)]), place), undefined);
      }
      const [cues] = await load([Buffer.from(joiner.toVtt())]);
      assert.deepEqual(
        cues?.map(({ id, startMs, endMs, text }) => [id, startMs, endMs, text]),
        parts.map(({ index }) => [`${index}`, index * 1920, index * 1920 + 1500, `${word} ${index}`]),
      );
    }
  });
});

/** Chromium sorts by start, then by end from the last. */
function inBrowserOrder(cues: readonly Cue[]): Omit<BrowserCue, 'plain' | 'settings'>[] {
  const inOrder = [...cues].sort((left, right) => left.startTicks - right.startTicks || right.endTicks - left.endTicks);
  return inOrder.map(({ startTicks, endTicks, id, text }) => ({
    startMs: startTicks / 90,
    endMs: endTicks / 90,
    id,
    text,
  }));
}

/** Minutes and seconds, a second apart. */
function clock(index: number): string {
  return `${String(Math.floor(index / 60)).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}.000`;
}

/** Without the tags that SRT keeps, its arrow, and lines that it cannot hold. */
function bare(text: string): string {
  const lines = text
    .replace(/<\/?[biu]>/g, '')
    .replaceAll('-->', '→')
    .split(/\r\n?|\n/);
  return lines.filter((line) => line.trim() !== '').join('\n');
}

const LOAD = inBrowser<string[], Promise<(BrowserCue[] | null)[]>>(`
  const video = document.querySelector('video');
  const settings = (cue) => ({
    vertical: cue.vertical, line: cue.line, lineAlign: cue.lineAlign, snapToLines: cue.snapToLines, position: cue.position,
    positionAlign: cue.positionAlign, size: cue.size, align: cue.align, region: cue.region?.id ?? '',
  });
  const load = (file) => new Promise((resolve) => {
    const track = document.createElement('track');
    const url = URL.createObjectURL(new Blob([Uint8Array.fromBase64(file)], { type: 'text/vtt' }));
    const finish = (result) => {
      track.remove();
      URL.revokeObjectURL(url);
      resolve(result);
    };
    track.onerror = () => finish(null);
    track.onload = () => finish([...track.track.cues].map((cue) => ({
      startMs: Math.round(cue.startTime * 1000),
      endMs: Math.round(cue.endTime * 1000),
      id: cue.id,
      text: cue.text,
      settings: settings(cue),
      plain: cue.getCueAsHTML().textContent,
    })));
    track.src = url;
    video.append(track);
    track.track.mode = 'hidden';
  });
  return Promise.all(argument.map(load));
`);
