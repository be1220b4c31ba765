import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { claimTroubles, profileTroubles } from '../../../docs/tables/evidenceTroubles.ts';
import { downloadTroubles } from '../../../docs/tables/downloadTroubles.ts';
import { optionsOf } from '../../../docs/tables/commandLine.ts';
import { writtenPages } from '../../../docs/tables/pages.ts';
import { transferTroubles } from '../../../docs/tables/transferTroubles.ts';
import type { Trouble } from '../../../docs/tables/trouble.ts';

const src = new URL('../../../src/', import.meta.url);

describe('what docs/ says of the source', () => {
  it('is what the source says (`npm run docs` writes it)', async () => {
    for (const { path, text, rewritten } of await writtenPages()) assert.equal(text, rewritten, path);
  });

  it('has an option for each line of a help that begins with one', () => {
    const help = `  -o, --output <file>     where to\n  --rate <n>   so much\n${' '.repeat(24)}and no more\n`;
    assert.deepEqual(optionsOf(help), [
      { option: '-o, --output <file>', text: 'where to' },
      { option: '--rate <n>', text: 'so much and no more' },
    ]);
  });

  describe('quotes sentences that are there', () => {
    const names = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const source = names.map((name) => readFileSync(new URL(name, src), 'utf8')).join('\n');
    const all: Record<string, Trouble> = {
      ...transferTroubles,
      ...downloadTroubles,
      ...profileTroubles,
      ...claimTroubles,
    };
    for (const [code, { says }] of Object.entries(all)) {
      it(code, () => {
        for (const sentence of says) assert.match(source, patternOf(sentence), sentence);
      });
    }
  });
});

/** A sentence in which each `…` stands for what a template puts there; a typographic apostrophe may be a plain one. */
function patternOf(sentence: string): RegExp {
  const parts = sentence.split('…').map((part) => escaped(part).replaceAll('’', "['’]"));
  return new RegExp(parts.join('[^\\n]*?'));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
