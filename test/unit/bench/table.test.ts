import assert from 'node:assert/strict';
import { formatTable } from '../../bench/table.ts';

describe('bench table', () => {
  it('sets words left and numbers right in columns of equal width', () => {
    const rows = [
      { name: 'a', wall: '10.25', note: 'x' },
      { name: 'longer', wall: '–', note: '' },
    ];
    const text = formatTable(
      [
        { title: 'program', align: 'left', text: (row) => row.name },
        { title: 's', align: 'right', text: (row) => row.wall },
        { title: 'output', align: 'left', text: (row) => row.note },
      ],
      rows,
    );
    assert.equal(
      text,
      [
        'program      s  output', //
        '───────  ─────  ──────',
        'a        10.25  x',
        'longer       –',
      ].join('\n'),
    );
  });
});
