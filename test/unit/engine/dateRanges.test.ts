import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { DateRangeBook } from '../../../src/engine/dateRangeBook.ts';
import { startLab, type Lab, type LiveSettings } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

const range = (id: string, more: object = {}) => ({ id, attributes: {}, ...more });

describe('DateRangeBook', () => {
  it('has each ID once, of two values the newer', () => {
    const book = new DateRangeBook();
    book.add([range('a', { durationS: 1, attributes: { CUE: 'PRE', 'X-A': '1' } }), range('b')]);
    book.add();
    book.add([range('c'), range('a', { durationS: 2, endDate: '2026-01-01', attributes: { 'X-A': '2' } })]);
    assert.deepEqual(book.list(), [
      range('a', { durationS: 2, endDate: '2026-01-01', attributes: { CUE: 'PRE', 'X-A': '2' } }),
      range('b'),
      range('c'),
    ]);
    assert.equal(book.omitted, 0);
  });

  it('leaves out the oldest of too many, none that is still listed, and counts them', () => {
    const book = new DateRangeBook({ ranges: 3, characters: 1000 });
    for (let at = 0; at < 10; at++) book.add([range('always'), range(`r${at}`), range(`r${at + 1}`)]);
    assert.deepEqual(
      book.list().map(({ id }) => id),
      ['always', 'r9', 'r10'],
    );
    assert.equal(book.omitted, 9);
    book.add(Array.from({ length: 5 }, (_, at) => range(`many${at}`)));
    assert.equal(book.list().length, 5, 'a list may be longer');
  });

  it('is bounded in characters too', () => {
    const book = new DateRangeBook({ ranges: 1000, characters: 1000 });
    for (let at = 0; at < 100; at++) book.add([range(`r${at}`, { attributes: { 'X-LONG': 'x'.repeat(190) } })]);
    assert.equal(book.list().length, 5);
    assert.equal(book.omitted, 95);
    for (let at = 0; at < 100; at++) book.add([range('r99', { attributes: { 'X-LONG': 'y'.repeat(190) } })]);
    assert.equal(book.list().length, 5, 'an update takes the place of what was there');
  });
});

describe('engine: date ranges of a live stream', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  const fragments = 40;
  const usual: LiveSettings = { blocking: true, fragmentMs: 40, targetS: 1, window: 20, startAt: 4, ranges: 3 };
  const kinds: [string, LiveSettings, string | undefined][] = [
    ['whole readings', {}, undefined],
    ['delta updates', { skip: true }, 'YES'],
    ['delta updates without them', { skip: true, skipRanges: true }, 'v2'],
  ];
  for (const [what, more, skip] of kinds) {
    it(`are in the receipt, each once and with what later readings add: ${what}`, async () => {
      const session = randomUUID();
      const live = { ...usual, ...more };
      const { receipt } = await downloadTo(lab.url('live-window', { session, fragments, live }), { from: 'start' });
      assert.equal(receipt.state, 'complete', JSON.stringify([receipt.error, receipt.recording]));
      assert.equal(receipt.output?.sha256, (await lab.digest('live-window', { fragments, live })).sha256);
      const startMs = Date.UTC(2024, 0, 1);
      const expected = Array.from({ length: Math.ceil(fragments / 3) }, (_, at) => ({
        id: `range-${at * 3}`,
        startDate: new Date(startMs + at * 3 * 960).toISOString(),
        // Nothing comes behind the last fragment.
        ...(at * 3 === fragments - 1 ? {} : { durationS: 0.96 }),
        attributes: {},
      }));
      assert.deepEqual(receipt.dateRanges, expected);
      assert.equal(receipt.dateRangesOmitted, undefined);
      const readings = (await lab.requests(session)).filter(({ listed }) => listed);
      const asked = new Set(readings.map(({ directives }) => directives?.['skip']));
      assert.equal(asked.has(skip), true);
      assert.equal(asked.size, skip === undefined ? 1 : 2);
      assert.equal(
        readings.some(({ listed }) => (listed?.skipped ?? 0) > 0),
        skip !== undefined,
      );
    });
  }
});
