import assert from 'node:assert/strict';
import type { Receipt } from '../../src/engine/receipt.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import { concurrencyLines } from '../../src/shell/concurrencyLines.ts';
import type { LiveState } from '../../src/shell/download.ts';
import { missingText, placeLines, placesText } from '../../src/shell/gapSentences.ts';
import { pathwayLines } from '../../src/shell/pathwaySentences.ts';
import { recordingLines, salvagedText } from '../../src/shell/recordingSentences.ts';
import { completionText, jobDescription, liveText, spokenText, stateText } from '../../src/shell/sentences.ts';
import { subtitleLines } from '../../src/shell/subtitleSentences.ts';

describe('the words of a recording', () => {
  const job = {
    title: 'lecture',
    state: 'running',
    isLive: true,
    createdAt: '2026-01-02T03:04:05.000Z',
    request: { url: 'https://a.example/x.m3u8', output: '/tmp/lecture.ts', settings: { profile: 'none' } },
    progress: { fragments: 21, fragmentsTotal: 21, bytes: 5e6, bytesPerSecond: 5e6, remainingS: 0 },
    profiles: [],
  } as unknown as JobRecord;
  const live: LiveState = {
    queueNumber: undefined,
    phase: 'fetching',
    waitUntilMs: undefined,
    resumedFragments: undefined,
    hasPlaylistChanged: false,
    recording: { isStopping: false, outages: new Map() },
    salvaged: [],
    muxedShare: undefined,
  };

  it('tell its time, its fragments and its speed, no share and no time left', () => {
    const running = { ...job, startedAt: new Date(Date.now() - 42_500).toISOString() };
    const text = 'recording 0:42 · 21 fragments · 5.0 MB/s';
    assert.equal(liveText(running, live), text);
    assert.equal(jobDescription(running, live), text);
    assert.equal(jobDescription(running), text, 'in another window, too');
    assert.equal(spokenText(running, live), `lecture, ${text}`);
  });

  it('tell an outage and a stop', () => {
    const outages = new Map([['main', Date.now() - 12_500]]);
    const waiting = { ...live, recording: { isStopping: false, outages } };
    assert.equal(liveText(job, waiting), 'waiting for the playlist since 0:12');
    assert.equal(spokenText(job, waiting), 'lecture, recording, waiting for the playlist since 0:12');
    const stopping = { ...live, recording: { isStopping: true, outages } };
    assert.equal(liveText(job, stopping), 'stopping, what is on its way still comes in');
  });

  function ended(gaps: number, recording: Partial<NonNullable<Receipt['recording']>>): JobRecord {
    const receipt = {
      fragments: { total: 25, fetched: 25 - gaps, resumed: 0, gaps, declaredGaps: 0, retries: 0 },
      bytes: { payload: 5e6, received: 5e6 },
      wallMs: 42_000,
      recording: { ended: 'endlist', holes: gaps, holeS: 2 * gaps, outages: 0, resets: 0, ...recording },
    };
    return { ...job, state: 'completeWithGaps', receipt } as unknown as JobRecord;
  }

  it('say that the end may be missing of a stream that fell silent', () => {
    const silent = ended(0, { ended: 'dead' });
    assert.equal(stateText(silent), 'complete, perhaps without its end');
    assert.equal(
      completionText(silent),
      'lecture.ts is complete, perhaps without its end: 25 fragments, 5.0 MB in 42.0 s. ' +
        'The stream fell silent and never said that it was over, so its end may be missing.',
    );
    assert.match(completionText(ended(4, { ended: 'dead' })), /complete with 4 gaps: .*its end may be missing\.$/);
    assert.doesNotMatch(completionText(ended(4, {})), /silent/);
    const { receipt, ...rest } = silent;
    const { recording, ...listed } = receipt!;
    assert.ok(recording);
    const cut = { ...rest, receipt: { ...listed, isEndMissing: true as const } };
    assert.match(completionText(cut), /perhaps without its end: .* does not say that it is over, so the end may be/);
  });

  it('tell how much of the finished file is made', () => {
    assert.equal(liveText(job, { ...live, phase: 'finishing', muxedShare: 0.43 }), 'making the file, 43 %');
  });

  it('list holes, outages and new numbers in the receipt', () => {
    const seen = { ended: 'stopped', holes: 1, holeS: 2, outages: 2, resets: 1 } as const;
    assert.deepEqual(recordingLines(seen), [
      'Recorded until it was stopped.',
      '1 fragment (2.0 s) left the playlist before it was seen.',
      '2 times the playlist could not be read for a while.',
      'Once the numbers of the playlist began anew.',
    ]);
    assert.equal(recordingLines({ ended: 'dead', holes: 0, holeS: 0, outages: 0, resets: 0 }).length, 1);
  });

  it('tell what came part by part, and from where', () => {
    const seen = { ended: 'stopped', holes: 0, holeS: 0, outages: 0, resets: 0 } as const;
    const parts = { fragments: 12, parts: 48, refetched: 1 };
    assert.deepEqual(recordingLines({ ...seen, parts }).slice(1), [
      '12 fragments came part by part, while they were made (48 parts). 1 fragment had to be fetched as a whole after all.',
    ]);
    assert.equal(recordingLines({ ...seen, parts: { fragments: 0, parts: 0, refetched: 0 } }).length, 1);
    const first = { pathway: 'A', atMs: 0 };
    assert.deepEqual(pathwayLines([first]), []);
    const moves = [
      { pathway: 'B', atMs: 1234, why: 'failure' },
      { pathway: 'A', atMs: 65_000, why: 'steering' },
    ] as const;
    assert.deepEqual(pathwayLines([first, ...moves]), [
      'Fetched from the pathway A at first.',
      'After 1.2 s from B, because the one before failed.',
      'After 1:05 from A, as the steering server wanted.',
    ]);
    const many = Array.from({ length: 13 }, () => moves[0]);
    assert.equal(pathwayLines([first, ...many]).at(-1), 'The pathway changed 3 more times.');
  });

  it('tell how the subtitles of a live stream went', () => {
    const seen = { name: 'Deutsch', language: 'de', ended: 'stopped', outages: 0, resets: 0 } as const;
    assert.deepEqual(
      subtitleLines([
        { ...seen, segments: 12, holes: 0, holeS: 0 },
        { ...seen, segments: 1, holes: 2, holeS: 4, ended: 'dead' },
        {
          ...{ ...seen, name: 'Signs', language: 'x-y-nonsense-tag', segments: 3, holes: 1, holeS: 2 },
          error: { code: 'HLS_PLAYLIST_STATUS', message: 'the origin answered 404', hint: '' },
        },
      ]),
      [
        'Subtitles (German): 12 segments.',
        'Subtitles (German): 1 segment. 2 segments (4.0 s) are missing. They end early: nothing came any more.',
        'Subtitles (x-y-nonsense-tag): 3 segments. 1 segment (2.0 s) is missing. They end early: the origin answered 404',
      ],
    );
    assert.deepEqual(subtitleLines(undefined), []);
    const lacking = ended(0, { subtitles: [{ ...seen, segments: 12, holes: 1, holeS: 2 }] });
    assert.equal(stateText(lacking), 'complete but for subtitles');
    assert.match(completionText(lacking), /^lecture\.ts is complete but for subtitles: .* not whole: German\.$/);
    const both = ended(2, { subtitles: [{ ...seen, segments: 12, holes: 1, holeS: 2 }] });
    assert.match(completionText(both), /^lecture\.ts is complete with 2 gaps: .* Subtitles are not whole: German\.$/);
    const silent = ended(0, { ended: 'dead', subtitles: [{ ...seen, segments: 12, holes: 0, holeS: 0 }] });
    assert.equal(stateText(silent), 'complete, perhaps without its end');
  });

  it('tell how the number of transfers at once was chosen', () => {
    const decisions = [
      { ms: 0, width: 4, why: 'start' },
      { ms: 1234, width: 8, why: 'faster', mbps: 412 },
    ] as const;
    const trace = { start: 4, peak: 8, end: 8, decisions: [...decisions] };
    assert.deepEqual(concurrencyLines(trace), [
      'Transfers at once: 4 at first, 8 at the end, 8 at most.',
      '    0.0 s    4  start',
      '    1.2 s    8  faster, 412.0 Mbit/s',
    ]);
    assert.equal(concurrencyLines({ ...trace, omitted: 7 }).at(-1), '7 changes are left out.');
    assert.deepEqual(concurrencyLines({ ...trace, decisions: [decisions[0]] }), []);
    assert.deepEqual(concurrencyLines(undefined), []);
  });

  it('tell three places of gaps, and how many more there are', () => {
    const place = { stream: 'main', durationS: 7.68, fragments: 4, reason: 'missing' } as const;
    const places = [38.4, 80, 3600.5].map((startS) => ({ ...place, startS }));
    assert.equal(placesText(places), '0:38–0:47, 1:20–1:28, 1:00:00–1:00:09');
    assert.equal(placesText([...places, ...places]), `${placesText(places)} and 3 more`);
    assert.equal(missingText([{ ...place, stream: 'audio.de', startS: 0 }]), 'Missing: 0:00–0:08 (audio.de).');
    assert.equal(missingText([]), '');
    assert.deepEqual(placeLines([{ ...place, startS: 2, durationS: 2, fragments: 1, reason: 'declared' }]), [
      '0:02–0:04: 1 fragment, marked in the playlist as a gap',
    ]);
    const rest = { ...place, startS: 2.5, durationS: 0, fragments: 1 };
    assert.deepEqual(placeLines([rest]), ['0:02: 1 fragment, only its first parts could be had']);
  });

  it('say where the part before an interruption is', () => {
    const text = salvagedText(job, { path: '/tmp/lecture.1.ts', bytes: 5e6 });
    assert.match(text, /^lecture\.ts is recorded anew\. .* saved as lecture\.1\.ts \(5\.0 MB\)\.$/);
  });
});
