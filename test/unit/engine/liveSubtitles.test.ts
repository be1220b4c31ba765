import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Interruption } from '../../../src/engine/errors.ts';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import type { Receipt } from '../../../src/engine/receipt.ts';
import type { DownloadRequest } from '../../../src/engine/request.ts';
import { recordDownload } from '../../../src/recordedDownload.ts';
import { startLab, type DigestOptions, type Lab, type UrlOptions } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { cuesIn, expected, type Shown } from './shownCues.ts';

type Live = NonNullable<UrlOptions['live']>;
type Stream = 'live-window' | 'live-event';

const muxScript = new URL('../../../src/muxWorker.ts', import.meta.url);

/** Listed as fast as the origin can; no polling. */
const blocking: Live = { subtitles: true, blocking: true, fragmentMs: 40, window: 30, startAt: 4 };
/** A window that outlives the poll of a second. */
const polled: Live = { subtitles: true, fragmentMs: 60, window: 40, startAt: 10, targetS: 1, durationS: 1.92 };
const growing: Live = { subtitles: true, fragmentMs: 60, startAt: 10, targetS: 1, durationS: 1.92 };
const fragments = 50;

describe('engine: recording live subtitles', () => {
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder[Symbol.asyncDispose]());

  interface Settings extends Partial<DownloadRequest> {
    name?: string;
    options?: UrlOptions;
    onEvent?: (event: DownloadEvent, stop: AbortController, cancel: AbortController) => void;
  }

  interface Recorded {
    receipt: Receipt;
    events: DownloadEvent[];
    session: string;
  }

  async function bring(stream: Stream, live: Live, given: Settings = {}): Promise<Recorded> {
    const { name = live.mp4 ? 'out.mp4' : 'out.ts', options, onEvent, ...settings } = given;
    const session = randomUUID();
    const url = lab.url(stream, { session, fragments, live, ...options });
    const output = path.join(folder.path, name);
    const request = { url, output, from: 'start' as const, subtitles: 'all', deadAfterS: 5, sha256: true, ...settings };
    const events: DownloadEvent[] = [];
    const [stop, cancel] = [new AbortController(), new AbortController()];
    const hooks = {
      signal: cancel.signal,
      stop: stop.signal,
      onEvent: (event: DownloadEvent) => {
        events.push(event);
        onEvent?.(event, stop, cancel);
      },
    };
    const { receipt } = await recordDownload({ ...request, perFragment: true }, undefined, hooks, muxScript);
    return { receipt, events, session };
  }

  /** Holds the text files against what the lab says is right. */
  async function check(stream: Stream, live: Live, digest: DigestOptions = {}, format = 'vtt'): Promise<void> {
    const { outputs } = await lab.digest(stream, { fragments, live, ...digest });
    for (const language of ['en', 'de']) {
      const file = await readFile(path.join(folder.path, `out.${language}.${format}`), 'utf8');
      const cues = expected(outputs?.cues?.[language]);
      assert.ok(cues.length > 5, `${cues.length} cues`);
      assert.deepEqual(cuesIn(file), cues);
    }
  }

  const whole: [string, Stream, Live][] = [
    ['a window whose reloads block', 'live-window', blocking],
    ['a window, polled', 'live-window', polled],
    ['a list that grows', 'live-event', growing],
    ['a dated window', 'live-window', { ...blocking, dates: true }],
    ['a window of fMP4', 'live-window', { ...blocking, mp4: true }],
    ['a discontinuity', 'live-window', { ...blocking, discontinuity: [20, 33] }],
    ['a discontinuity, dated', 'live-window', { ...blocking, dates: true, discontinuity: [20] }],
    ['numbers that begin anew', 'live-window', { ...blocking, reset: [25] }],
    ['numbers that begin anew at a discontinuity', 'live-window', { ...blocking, reset: [25], discontinuity: [25] }],
    ['numbers of their own', 'live-window', { ...blocking, textAhead: 1000 }],
    ['readings of the past now and then', 'live-window', { ...polled, stale: 3 }],
    ['an outage shorter than the window', 'live-window', { ...polled, outage: [[20, 30]] }],
    ['an outage of the subtitles alone', 'live-window', { ...polled, textOutage: [[20, 30]] }],
    ['subtitles that begin late', 'live-window', { ...blocking, textFrom: 15 }],
    ['subtitles that begin late, with other numbers', 'live-window', { ...blocking, textFrom: 15, textAhead: 1000 }],
  ];
  for (const [name, stream, live] of whole) {
    it(`hold every cue once and in time of ${name}`, async () => {
      const { receipt } = await bring(stream, live, { mux: 'none' });
      const from = live.textFrom ?? 0;
      assert.equal(receipt.recording?.ended, 'endlist', JSON.stringify(receipt.error));
      const subtitles = receipt.recording.subtitles ?? [];
      assert.deepEqual(
        subtitles.map(({ language, segments, holes, error }) => [language, segments, holes, error]),
        [
          ['en', fragments - from, 0, undefined],
          ['de', fragments - from, 0, undefined],
        ],
      );
      assert.equal(receipt.state, 'complete', JSON.stringify([receipt.error, receipt.recording]));
      assert.deepEqual(await readdir(folder.path), ['out.de.vtt', 'out.en.vtt', live.mp4 ? 'out.mp4' : 'out.ts']);
      await check(stream, live);
    });
  }

  it('as SRT', async () => {
    await bring('live-window', blocking, { subtitleFormat: 'srt' });
    assert.deepEqual(await readdir(folder.path), ['out.de.srt', 'out.en.srt', 'out.ts']);
    const file = await readFile(path.join(folder.path, 'out.en.srt'), 'utf8');
    const { outputs } = await lab.digest('live-window', { fragments, live: blocking });
    assert.deepEqual(times(cuesIn(file)), times(expected(outputs?.cues?.['en'])));
    assert.match(file, /^1\n00:00:00,300 --> 00:00:01,500\n/);
  });

  it('from the live edge, from the same moment on as the video', async () => {
    const live = { ...blocking, startAt: 20, durationS: 1.92 };
    const { receipt } = await bring('live-window', live, { from: 'edge' });
    const from = receipt.perFragment?.[0]?.sequence ?? 0;
    assert.ok(from > 10, `from ${from}`);
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.recording));
    await check('live-window', live, { from });
  });

  it('from the live edge, where a discontinuity was just before', async () => {
    const live = { ...blocking, startAt: 20, discontinuity: [15] };
    const { receipt } = await bring('live-window', live, { from: 'edge' });
    const from = receipt.perFragment?.[0]?.sequence ?? 0;
    assert.ok(from > 15, `from ${from}`);
    await check('live-window', live, { from });
  });

  it('up to where the recording was stopped', async () => {
    const { receipt } = await bring('live-window', blocking, {
      onEvent: (event, stop) => {
        if (event.type === 'fragment' && event.receipt.index === 15) stop.abort();
      },
    });
    assert.equal(receipt.recording?.ended, 'stopped');
    const to = receipt.fragments.fetched - 1;
    assert.ok(to >= 15 && to < fragments - 1, `to ${to}`);
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.recording));
    await check('live-window', blocking, { to });
  });

  it('for as long as was asked for', async () => {
    const { receipt } = await bring('live-window', blocking, { durationS: 30 });
    assert.equal(receipt.recording?.ended, 'duration');
    assert.equal(receipt.fragments.fetched, 16);
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.recording));
    await check('live-window', blocking, { to: 15 });
  });

  it('of which the recording missed as much', async () => {
    const live: Live = { ...blocking, lost: [[20, 23]] };
    const { receipt, events } = await bring('live-window', live);
    assert.equal(receipt.state, 'completeWithGaps');
    assert.deepEqual([receipt.recording?.holes, receipt.fragments.gaps], [4, 4]);
    assert.deepEqual(
      receipt.recording?.subtitles?.map(({ holes, holeS }) => [holes, holeS]),
      [
        [4, 7.68],
        [4, 7.68],
      ],
    );
    assert.equal(events.filter((event) => event.type === 'hole' && event.stream === 'subtitles.en').length, 1);
    await check('live-window', live);
  });

  it('of which some cannot be had, without harm to the recording', async () => {
    const live: Live = { ...blocking, textLost: [[12, 14]] };
    const limits = { tries: 2, noProgressMs: 500 };
    const { receipt, events } = await bring('live-window', live, { limits });
    assert.equal(receipt.state, 'completeWithGaps');
    assert.deepEqual([receipt.recording?.holes, receipt.fragments.gaps], [0, 0]);
    const digest = await lab.digest('live-window', { fragments, live });
    assert.equal(receipt.output?.sha256, digest.sha256);
    assert.deepEqual(
      receipt.recording?.subtitles?.map(({ segments, holes }) => [segments, holes]),
      [
        [fragments - 3, 3],
        [fragments - 3, 3],
      ],
    );
    const told = events.flatMap((event) => (event.type === 'hole' ? [`${event.stream} ${event.fromSequence}`] : []));
    assert.deepEqual(told.filter((text) => text.startsWith('subtitles.de')).sort(), [
      'subtitles.de 12',
      'subtitles.de 13',
      'subtitles.de 14',
    ]);
    await check('live-window', live);
  });

  it('of which some are no WebVTT, without harm to the recording', async () => {
    const faults = [{ kind: 'html', resource: 'fragment', path: 'text-en/f000020.vtt' }] as const;
    const { receipt } = await bring('live-window', blocking, { options: { faults } });
    assert.equal(receipt.state, 'completeWithGaps');
    assert.deepEqual(
      receipt.recording?.subtitles?.map(({ segments, holes }) => [segments, holes]),
      [
        [fragments - 1, 1],
        [fragments, 0],
      ],
    );
  });

  it('of an outage that was longer than their window', async () => {
    const live: Live = { ...polled, window: 15, fragmentMs: 100, textOutage: [[15, 38]] };
    const { receipt, session } = await bring('live-window', live);
    const [english] = receipt.recording?.subtitles ?? [];
    assert.ok(english && english.holes > 0 && english.outages === 1, JSON.stringify(receipt.recording));
    assert.equal(receipt.recording?.outages, 0);
    const digest = await lab.digest('live-window', { fragments, live });
    assert.equal(receipt.output?.sha256, digest.sha256);
    const text = await lab.listed(session, 'text-en/index.m3u8');
    assert.equal(english.holes, fragments - text.reduce((sum, [from, to]) => sum + to - from + 1, 0));
    const { outputs } = await lab.digest('live-window', { fragments, live, text });
    const file = await readFile(path.join(folder.path, 'out.en.vtt'), 'utf8');
    assert.deepEqual(cuesIn(file), expected(outputs?.cues?.['en']));
  });

  it('whose playlists die, without harm to the recording', async () => {
    const live: Live = { ...blocking, textOutage: [[25, 99]] };
    const { receipt, session } = await bring('live-window', live);
    assert.equal(receipt.state, 'completeWithGaps');
    assert.equal(receipt.recording?.ended, 'endlist');
    assert.equal(receipt.fragments.fetched, fragments);
    for (const { ended, holes, error } of receipt.recording.subtitles ?? []) {
      assert.equal(ended, 'dead');
      assert.ok(holes >= 24, `${holes} holes`);
      assert.equal(error?.code, 'HLS_PLAYLIST_STATUS');
    }
    const text = await lab.listed(session, 'text-en/index.m3u8');
    const { outputs } = await lab.digest('live-window', { fragments, live, text });
    const file = await readFile(path.join(folder.path, 'out.en.vtt'), 'utf8');
    assert.deepEqual(cuesIn(file), expected(outputs?.cues?.['en']));
  });

  for (const live of [
    { ...blocking, discontinuity: [20] },
    { ...blocking, mp4: true },
  ]) {
    it(`as tracks of an MP4 made of ${live.mp4 ? 'fMP4' : 'MPEG-TS'}`, async function () {
      const { receipt } = await bring('live-window', live, { name: 'out.mp4', subtitleFormat: 'srt' });
      assert.equal(receipt.state, 'complete', JSON.stringify([receipt.error, receipt.recording]));
      assert.deepEqual(await readdir(folder.path), ['out.mp4']);
      const file = path.join(folder.path, 'out.mp4');
      const { outputs } = await lab.digest('live-window', { fragments, live });
      const found = probe(file);
      if (!found) return this.skip();
      assert.deepEqual(found.slice(0, 2), ['video 600', 'audio 4500']);
      for (const [place, language] of ['en', 'de'].entries()) {
        const samples = textSamples(file, place + 2);
        assert.deepEqual(samples, moments(expected(outputs?.cues?.[language])));
      }
    });
  }

  it('leave nothing behind when the recording is interrupted', async () => {
    const interrupted = await bring('live-window', blocking, {
      onEvent: (event, _stop, cancel) => {
        if (event.type === 'fragment' && event.receipt.index === 15) cancel.abort(new Interruption());
      },
    });
    assert.ok((interrupted.receipt.kept?.fragments ?? 0) > 10);
    const left = await readdir(folder.path);
    assert.deepEqual(left.map((name) => path.extname(name)).sort(), ['.journal', '.part']);
    await bring('live-window', blocking, { durationS: 8 });
    assert.deepEqual(await readdir(folder.path), ['out.1.ts', 'out.de.vtt', 'out.en.vtt', 'out.ts']);
  });
});

function times(cues: readonly Shown[]): [number, number][] {
  return cues.map(({ startMs, endMs }) => [startMs, endMs]);
}

/** Tracks as `ffprobe` sees them, with their packets; undefined where it is not there. */
function probe(file: string): string[] | undefined {
  const entries = ['-count_packets', '-show_entries', 'stream=codec_type,nb_read_packets'];
  try {
    return ask(file, entries).map((line) => line.replace(',', ' '));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** When something is shown of a track of text: the milliseconds of its samples that hold more than an empty cue. */
function textSamples(file: string, stream: number): [number, number][] {
  const lines = ask(file, ['-select_streams', String(stream), '-show_entries', 'packet=pts_time,duration_time,size']);
  return lines.flatMap((line): [number, number][] => {
    const [start = 0, length = 0, bytes = 0] = line.split(',').map(Number);
    return bytes <= 8 ? [] : [[Math.round(start * 1000), Math.round((start + length) * 1000)]];
  });
}

function ask(file: string, entries: readonly string[]): string[] {
  const text = execFileSync('ffprobe', ['-v', 'error', ...entries, '-of', 'csv=p=0', file], { encoding: 'utf8' });
  return text.trim().split('\n');
}

/** The times in which the same cues are shown. */
function moments(cues: readonly Shown[]): [number, number][] {
  const borders = [...new Set(times(cues).flat())].sort((one, other) => one - other);
  return borders.flatMap((start, at): [number, number][] => {
    const end = borders[at + 1];
    const isShown = cues.some(({ startMs, endMs }) => startMs <= start && start < endMs);
    return end === undefined || !isShown ? [] : [[start, end]];
  });
}
