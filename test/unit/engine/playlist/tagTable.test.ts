import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { TAGS } from '../../../../src/engine/playlist/lint/tagTable.ts';

const PAGE = readFileSync(new URL('../../../../docs/tags.md', import.meta.url), 'utf8');
const UNIT = new URL('../../', import.meta.url);

interface Row {
  tag: string;
  attributes: string;
  how: string;
  test: string;
}

/** Rows of the page's tables; a row without a tag is of the one above. */
function rows(): Row[] {
  let tag = '';
  return PAGE.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length !== 7 || cells[1] === 'tag' || cells[1]?.startsWith('---') === true) return [];
    tag = cells[1] === '' ? tag : (cells[1] ?? '').replaceAll('`', '');
    return [{ tag, attributes: cells[2] ?? '', how: cells[3] ?? '', test: cells[5] ?? '' }];
  });
}

describe('docs/tags.md', () => {
  const all = rows();
  const ofRfc = [...TAGS].filter(([, { isForeign }]) => !isForeign);

  it('has every tag of the RFC, each in one place, and no other', () => {
    const named = all.map(({ tag }) => tag);
    assert.deepEqual(
      named.filter((tag, index) => tag !== named[index - 1]).toSorted(),
      ofRfc.map(([name]) => name).toSorted(),
    );
  });

  it('names every tag beside the RFC that is known', () => {
    for (const [name, { isForeign }] of TAGS) assert.ok(!isForeign || PAGE.includes(`\`${name}\``), name);
  });

  it('names every attribute of every tag, and no other', () => {
    /** What packagers write beside the RFC, and values that look like attributes. */
    const beside = new Set(['EXT-X-STREAM-INF PROGRAM-ID', 'EXT-X-STREAM-INF NAME', 'EXT-X-KEY KEYID']);
    const values = new Set(['AES-128', 'SAMPLE-AES-CTR']);
    for (const [tag, { attributes }] of ofRfc) {
      const cells = all.filter((row) => row.tag === tag).map((row) => row.attributes);
      const named = cells.flatMap((cell) => [...cell.matchAll(/`([A-Z\d-]+)/g)].map((match) => match[1] ?? ''));
      for (const name of named) assert.ok(attributes.has(name) || values.has(name), `${tag} has no ${name}`);
      if (cells.includes('all')) continue;
      const unnamed = [...attributes.keys()].filter((name) => !named.includes(name) && !beside.has(`${tag} ${name}`));
      assert.deepEqual(unnamed, [], tag);
    }
  });

  for (const { tag, attributes, how, test } of all) {
    it(`${tag} ${attributes}: ${how}, as a test shows`, () => {
      assert.match(how, /^(?:honoured|listed|refused|ignored)$/);
      const match = /^`([^`]+)` “(.+)”$/.exec(test);
      const [path = '', name = ''] = match?.slice(1) ?? [];
      const file = new URL(path, UNIT);
      assert.ok(path !== '' && existsSync(file), `there is no ${path}`);
      assert.ok(readFileSync(file, 'utf8').includes(name), `${path} has no “${name}”`);
    });
  }
});
