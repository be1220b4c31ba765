import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TAGS } from '../../../../src/engine/playlist/lint/tagTable.ts';

/** The names that a table of texts has; the texts themselves need the workbench. */
function namesIn(file: string): string[] {
  const source = readFileSync(new URL(`../../../../src/shell/language/${file}`, import.meta.url), 'utf8');
  return [...source.matchAll(/^ {2}'?([A-Z][A-Z\d-]*)'?: vscode\.l10n\.t\(/gm)].map((match) => match[1] ?? '').sort();
}

describe('the texts about tags and attributes', () => {
  it('are there for every tag that the lint knows, once, and for no other', () => {
    assert.deepEqual(namesIn('tagTexts.ts'), [...TAGS.keys()].sort());
  });

  it('are there for every attribute that the lint knows, once, and for no other', () => {
    const names = new Set([...TAGS.values()].flatMap(({ attributes }) => [...attributes.keys()]));
    assert.deepEqual(namesIn('attributeTexts.ts'), [...names].sort());
  });

  it('can name a section of the RFC for every tag of it', () => {
    for (const [name, { section, isForeign }] of TAGS) {
      if (isForeign) assert.equal(section, undefined, name);
      else assert.match(section ?? '', /^4\.4\.[1-6]\.\d$/, name);
    }
    const sections = [...TAGS.values()].flatMap(({ section }) => section ?? []);
    assert.equal(new Set(sections).size, sections.length);
  });
});
