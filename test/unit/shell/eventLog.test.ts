import assert from 'node:assert/strict';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import { describeEvent } from '../../../src/shell/eventLog.ts';
import { sampleFragment } from '../jobs/samples.ts';

describe('log line of an event', () => {
  const error = { code: 'HLS_FRAGMENT_STATUS', message: 'the origin answered 503', hint: 'h' } as const;
  const cases: [DownloadEvent, RegExp | undefined][] = [
    [{ type: 'planned', fragments: 12, durationS: 24, outputs: [] }, /^12 fragments, 24\.0 s$/],
    [
      { type: 'planned', fragments: 12, durationS: 24, overlookedSubtitles: ['en', 'de'], outputs: [] },
      /^12 fragments, 24\.0 s\nno subtitles are marked as the default; there are en, de: /,
    ],
    [
      { type: 'planned', fragments: 0, durationS: 0, isLive: true, lostSubtitles: [error], outputs: [] },
      /^a live stream\nrecording without subtitles \(HLS_FRAGMENT_STATUS: the origin answered 503\)$/,
    ],
    [{ type: 'resumed', fragments: 260, bytes: 1000, isChanged: false }, /^going on: 260 fragments/],
    [{ type: 'resumed', fragments: 260, bytes: 1000, isChanged: true }, /playlist has changed/],
    [{ type: 'renewed' }, /expired/],
    [{ type: 'moved', pathway: 'B', why: 'steering' }, /pathway B, as steering wants it$/],
    [{ type: 'moved', pathway: 'B', why: 'failure' }, /pathway B, the one before failed$/],
    [{ type: 'retry', error, tries: 2, delayMs: 1500, isAnnounced: false }, /^try 2 failed.* 1\.5 s \(.*503\)$/],
    [{ type: 'retry', error, tries: 1, delayMs: 42_000, isAnnounced: true }, /42\.0 s, as the origin asked/],
    [{ type: 'fragment', receipt: sampleFragment(0) }, undefined],
    [{ type: 'fragment', receipt: { ...sampleFragment(4), state: 'missing', error } }, /^fragment 5 of main .*503$/],
    [{ type: 'fragment', receipt: { ...sampleFragment(4), state: 'gap' } }, /marks it as a gap$/],
    [
      { type: 'fragment', receipt: { ...sampleFragment(4), state: 'missing', startS: 8, durationS: 2, error } },
      /^fragment 5 of main at 8\.0 s is left out: the origin answered 503$/,
    ],
    [{ type: 'fragment', receipt: { ...sampleFragment(4), state: 'partial' } }, undefined],
    [
      { type: 'fragment', receipt: { ...sampleFragment(4), state: 'partial', error } },
      /^the rest of fragment 5 of main is left out: the origin answered 503$/,
    ],
    [
      { type: 'hole', stream: 'main', fromSequence: 20, count: 4, startS: 38.4, durationS: 7.68 },
      /^4 fragments of main from number 20 on were missed, 7\.7 s at 38\.4 s$/,
    ],
    [{ type: 'progress', fragments: 1, fragmentsTotal: 2, bytes: 3, bytesPerSecond: 4 }, undefined],
    [{ type: 'finishing' }, undefined],
  ];
  for (const [event, expected] of cases) {
    const line = describeEvent(event);
    it(`${event.type}: ${line ?? 'none'}`, () => {
      if (expected === undefined) assert.equal(line, undefined);
      else assert.match(line ?? '', expected);
    });
  }
});
