import assert from 'node:assert/strict';
import { describeReceipt, ProgressLine } from '../../../src/cli/progressLine.ts';
import type { ErrorReport } from '../../../src/engine/errors.ts';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import type { FragmentReceipt, Receipt } from '../../../src/engine/receipt.ts';

const error: ErrorReport = {
  code: 'HLS_FRAGMENT_STATUS',
  message: 'Fragment 12 of 60: the origin answered 404',
  hint: 'Check the URL.',
};

const begun: FragmentReceipt = {
  ...{ stream: 'main', index: 11, sequence: 11, url: 'https://h.example/12.ts', state: 'partial', parts: 2 },
  ...{ bytes: 0, received: 0, chunks: 0, tries: 1, queueMs: 0, firstByteMs: 0, bodyMs: 0, decryptMs: 0, writeMs: 0 },
  offset: 0,
};
const fragment: FragmentReceipt = { ...begun, state: 'missing', error };

const planned: DownloadEvent = { type: 'planned', fragments: 600, durationS: 1200, outputs: ['/x/out.ts'] };

/** What a terminal gets to see of the events. */
function shown(isTTY: boolean, ...events: DownloadEvent[]): string {
  let text = '';
  const line = new ProgressLine({ isTTY, write: (more: string) => (text += more) });
  for (const event of events) line.show(event);
  line.end();
  return text;
}

function receiptOf(
  changes: Omit<Partial<Receipt>, 'fragments'> & { fragments?: Partial<Receipt['fragments']> },
): Receipt {
  return {
    schema: 1,
    state: 'complete',
    url: 'https://h.example/list.m3u8',
    bytes: { payload: 3_000_000, received: 3_000_000 },
    wallMs: 2000,
    settings: { write: 'streaming', http: 'auto', concurrency: 'auto', reads: 'pooled' },
    counters: {
      ...{ cpuUserMs: 1, cpuSystemMs: 1, maxRssBytes: 1, arrayBuffersPeakBytes: 1, gcMs: 0, gcCount: 0 },
      ...{ chunksPerFragment: 1, loopDelayP99Ms: 1 },
    },
    profiles: [],
    ...changes,
    fragments: {
      ...{ total: 60, fetched: 60, resumed: 0, gaps: 0, declaredGaps: 0, retries: 0, hedged: 0 },
      ...changes.fragments,
    },
  };
}

describe('what a download tells while it runs', () => {
  const cases: [string, DownloadEvent[], string][] = [
    ['the plan', [planned], '600 fragments, 20:00 of media\n'],
    [
      'subtitles that nobody asked for by name',
      [{ ...planned, overlookedSubtitles: ['en', 'de'] }],
      '600 fragments, 20:00 of media\nNo subtitles are marked as the default; there are en, de: --subtitles <one of these>, or all.\n',
    ],
    [
      'subtitles that cannot be had',
      [
        {
          ...planned,
          isLive: true,
          lostSubtitles: [{ ...error, message: 'The playlist of the subtitles "de" answered 404' }],
        },
      ],
      'A live stream: recording until it ends or is stopped (Ctrl+C).\nThe playlist of the subtitles "de" answered 404; recording without them.\n',
    ],
    [
      'that it goes on',
      [{ type: 'resumed', fragments: 260, bytes: 1.4e9, isChanged: false }, planned],
      '600 fragments, 20:00 of media\nGoing on: 260 of 600 fragments are there (1.4 GB).\n',
    ],
    [
      'that the playlist is another one',
      [{ type: 'resumed', fragments: 0, bytes: 0, isChanged: true }, planned],
      '600 fragments, 20:00 of media\nThe playlist has changed since the last try; starting over.\n',
    ],
    [
      'a retry',
      [{ type: 'retry', error, tries: 1, delayMs: 250, isAnnounced: false }],
      'Fragment 12 of 60: the origin answered 404; trying again in 0.3 s\n',
    ],
    [
      'a wait that the origin asked for',
      [{ type: 'retry', error, tries: 1, delayMs: 60_000, isAnnounced: true }],
      'Fragment 12 of 60: the origin answered 404; the origin asks to wait 60 s\n',
    ],
    [
      'a move',
      [
        { type: 'moved', pathway: 'B', why: 'steering' },
        { type: 'moved', pathway: 'A', why: 'failure' },
      ],
      'Going on with pathway B: steering wants it.\nGoing on with pathway A: the one before failed.\n',
    ],
    ['a renewal', [{ type: 'renewed' }], 'The addresses had expired; the playlist was read again.\n'],
    [
      'a fragment that is left out',
      [{ type: 'fragment', receipt: fragment }],
      'Fragment 12 of 60: the origin answered 404; it is left out\n',
    ],
    [
      'a fragment whose rest is left out',
      [{ type: 'fragment', receipt: { ...fragment, state: 'partial' } }],
      'Fragment 12 of 60: the origin answered 404; its first parts stay\n',
    ],
    ['nothing of one that a recording was stopped in', [{ type: 'fragment', receipt: begun }], ''],
    [
      'a fragment whose parts were of no use',
      [{ type: 'fragment', receipt: { ...fragment, state: 'whole', partsError: error } }],
      'Fragment 12 of 60: the origin answered 404; the fragment was fetched as a whole\n',
    ],
    ['nothing of a fragment that is whole', [{ type: 'fragment', receipt: { ...fragment, state: 'whole' } }], ''],
  ];
  for (const [what, events, text] of cases) {
    it(`is ${what}`, () => assert.equal(shown(false, ...events), text));
  }

  it('is drawn over on a terminal, and not written elsewhere', () => {
    const event: DownloadEvent = {
      ...{ type: 'progress', fragments: 260, fragmentsTotal: 600, bytes: 1, bytesPerSecond: 812e6, remainingS: 63 },
    };
    const text = '43 % · 260 of 600 fragments · 812 MB/s · 1:03 left';
    assert.equal(shown(true, event), `\r${text}\r${' '.repeat(text.length)}\r`);
    assert.equal(shown(false, event), '');
  });
});

describe('how a download ended, in words', () => {
  const output = { path: '/videos/out.ts', bytes: 3_000_000 };
  const kept = { fragments: 12, bytes: 64e6 };
  const cases: [string, Parameters<typeof receiptOf>[0], string[]][] = [
    ['whole', { output }, ['out.ts is whole: 60 fragments, 3 MB in 2.0 s (1.5 MB/s).', '  /videos/out.ts  3 MB']],
    [
      'whole, with what an earlier try left',
      { output, fragments: { fetched: 40, resumed: 20 } },
      ['out.ts is whole: 60 fragments, 20 of them from an earlier try, 3 MB in 2.0 s.', '  /videos/out.ts  3 MB'],
    ],
    [
      'with one fragment that could not be had',
      { output, state: 'completeWithGaps', fragments: { fetched: 59, gaps: 1 } },
      [
        'out.ts is complete with 1 gap: 59 fragments, 3 MB in 2.0 s (1.5 MB/s).',
        '  1 fragment could not be had and is left out',
        '  /videos/out.ts  3 MB',
      ],
    ],
    [
      'whole, in detail',
      {
        output,
        perFragment: [],
        concurrency: {
          ...{ start: 6, peak: 32, end: 32 },
          decisions: [
            { ms: 20, width: 6, why: 'start' },
            { ms: 68.1, width: 12, why: 'faster' },
            { ms: 130, width: 32, why: 'faster', mbps: 590 },
          ],
        },
        httpChoice: {
          ...{ picked: '1.1', why: 'answers begin after 105 ms, but HTTP/2 is not faster' },
          mbps: { http1: 900.5, http2: 880, of: 'all' },
        },
      },
      [
        'out.ts is whole: 60 fragments, 3 MB in 2.0 s (1.5 MB/s).',
        '  fragments at once: 6, 12 after 0.07 s (faster), 32 after 0.13 s (faster)',
        '  HTTP/1.1: answers begin after 105 ms, but HTTP/2 is not faster (900.5 Mbit/s over HTTP/1.1, 880 over HTTP/2, all together)',
        '  /videos/out.ts  3 MB',
      ],
    ],
    [
      'whole, of parts',
      {
        output,
        recording: {
          ...{ ended: 'stopped', holes: 0, holeS: 0, outages: 0, resets: 0 },
          parts: { fragments: 57, parts: 228, refetched: 1 },
        },
      },
      [
        'out.ts is whole: 60 fragments, 3 MB in 2.0 s (1.5 MB/s).',
        '  57 fragments came part by part as they were made (228 parts)',
        '  1 fragment had to be fetched as a whole after all',
        '  /videos/out.ts  3 MB',
      ],
    ],
    [
      'with subtitles that lack some, or are no use',
      {
        output,
        state: 'completeWithGaps',
        recording: {
          ...{ ended: 'stopped', holes: 0, holeS: 0, outages: 0, resets: 0 },
          subtitles: [
            { name: 'English', ended: 'endlist', segments: 59, holes: 1, holeS: 2, outages: 0, resets: 0 },
            { name: 'Deutsch', ended: 'stopped', segments: 0, holes: 0, holeS: 0, outages: 0, resets: 0, error },
          ],
        },
      },
      [
        'out.ts is there: 60 fragments, 3 MB in 2.0 s (1.5 MB/s).',
        '  1 segment of the subtitles "English" is missing',
        '  the subtitles "Deutsch": Fragment 12 of 60: the origin answered 404',
        '  /videos/out.ts  3 MB',
      ],
    ],
    [
      'with gaps of both kinds, apart',
      { output, state: 'completeWithGaps', fragments: { fetched: 55, gaps: 5, declaredGaps: 3 } },
      [
        'out.ts is complete with 5 gaps: 55 fragments, 3 MB in 2.0 s (1.5 MB/s).',
        '  2 fragments could not be had and are left out',
        '  3 fragments are missing at the origin, as the playlist says',
        '  /videos/out.ts  3 MB',
      ],
    ],
    [
      'stopped, with what is kept',
      { state: 'cancelled', kept, fragments: { fetched: 14 } },
      ['Stopped after 12 of 60 fragments; 64 MB are kept, the same command goes on from there.'],
    ],
    [
      'stopped, with nothing kept',
      { state: 'cancelled', fragments: { fetched: 14, resumed: 2 } },
      ['Stopped after 16 of 60 fragments; nothing is kept.'],
    ],
    [
      'stopped before it began',
      { state: 'cancelled', fragments: { total: 0, fetched: 0 } },
      ['Stopped before the first fragment; nothing is kept.'],
    ],
    [
      'failed, with what is kept',
      { state: 'failed', error, kept },
      [
        'Fragment 12 of 60: the origin answered 404. Check the URL. (HLS_FRAGMENT_STATUS)',
        '12 of 60 fragments (64 MB) are kept, the same command goes on from there.',
      ],
    ],
    [
      'failed, with nothing kept',
      { state: 'failed', error },
      ['Fragment 12 of 60: the origin answered 404. Check the URL. (HLS_FRAGMENT_STATUS)'],
    ],
  ];
  for (const [what, changes, lines] of cases) {
    it(what, () => assert.deepEqual(describeReceipt(receiptOf(changes)).split('\n'), lines));
  }
});
