import assert from 'node:assert/strict';
import { formatReceiptTable, missingLines, parseReceiptLines } from '../../../src/shell/receiptTable.ts';
import { sampleFragment } from '../jobs/samples.ts';

describe('receipt as a table', () => {
  it('has a row for each fragment in the order of the plan, columns aligned', () => {
    const { status, checksum, ...rest } = sampleFragment(2);
    assert.ok(status !== undefined && checksum !== undefined);
    const gap = { ...rest, state: 'gap' as const };
    const audio = { ...sampleFragment(0), stream: 'audio.en' };
    const rows = formatReceiptTable([audio, gap, sampleFragment(10), sampleFragment(0)]).split('\n');
    assert.equal(rows.length, 5);
    assert.match(rows[0] ?? '', /^stream +# +sequence +state/);
    assert.deepEqual(
      rows.slice(1).map((row) => row.split(/ +/).slice(0, 5)),
      [
        ['main', '0', '10', 'whole', '200'],
        ['main', '2', '12', 'gap', '–'],
        ['main', '10', '20', 'whole', '200'],
        ['audio.en', '0', '10', 'whole', '200'],
      ],
    );
    const starts = rows.map((row) => row.indexOf(row === rows[0] ? 'url' : 'https://'));
    assert.equal(new Set(starts).size, 1);
  });
});

describe('fragments that are missing', () => {
  it('are listed with their error in the order of the plan, declared gaps are not', () => {
    const error = { code: 'HLS_FRAGMENT_STATUS', message: 'The origin answered 404.', hint: 'h' } as const;
    const missing = { ...sampleFragment(10), state: 'missing' as const, error };
    const audio = { ...missing, stream: 'audio.en', index: 0, startS: 76.8, durationS: 1.92 };
    const gap = { ...sampleFragment(2), state: 'gap' as const };
    const ended = { ...sampleFragment(11), state: 'partial' as const };
    const cut = { ...missing, index: 3, state: 'partial' as const };
    assert.deepEqual(
      missingLines([audio, missing, ended, cut, gap, sampleFragment(0)], (text) => text),
      [
        'main 3: HLS_FRAGMENT_STATUS: The origin answered 404.',
        'main 10: HLS_FRAGMENT_STATUS: The origin answered 404.',
        'audio.en 0 (1:16): HLS_FRAGMENT_STATUS: The origin answered 404.',
      ],
    );
  });
});

describe('resumed fragments', () => {
  it('say so', () => {
    assert.match(formatReceiptTable([{ ...sampleFragment(0), resumed: true }]), /^main .* resumed +200/m);
  });
});

describe('receipt.jsonl', () => {
  it('is read up to a line that a crash cut', () => {
    const text = `${JSON.stringify(sampleFragment(0))}\n${JSON.stringify(sampleFragment(1))}\n{"stream":"ma`;
    assert.deepEqual(parseReceiptLines(text), { fragments: [sampleFragment(0), sampleFragment(1)], unreadable: 1 });
  });
});
