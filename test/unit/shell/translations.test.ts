import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../../', import.meta.url);

/** The languages that there are besides English. */
const LANGUAGES = ['de', 'ja'];

/** The texts of each kind: the manifest's by their keys, the others by the English ones. */
const KINDS = [
  { english: 'package.nls.json', fileOf: (language: string) => `package.nls.${language}.json` },
  { english: 'l10n/bundle.l10n.json', fileOf: (language: string) => `l10n/bundle.l10n.${language}.json` },
];

/** What is the same in another language: names, and words that it has taken over. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  de: [
    '{0} ({1})',
    '{0}.',
    '{0}: {1}',
    'CPU',
    'Flamegraph',
    'Fragment {0}',
    'Frame',
    'GC',
    'Gate',
    'Hot Frames',
    'Job',
    'Jobs',
    'MP4',
    'Matroska',
    'Sandwich',
    'Stack',
    'Thread',
  ],
  ja: ['{0} ({1})', '{0}: {1}', 'CPU', 'GC', 'I/O', 'MP4', 'Matroska'],
};

type Texts = Readonly<Record<string, string>>;

async function read(path: string): Promise<Texts> {
  return JSON.parse(await readFile(new URL(path, ROOT), 'utf8')) as Texts;
}

/** What a translation keeps as it is: placeholders, code, addresses of links and references to settings. */
function keptOf(text: string): string[] {
  return (text.match(/\{\d+\}|\{\$\w+\}|`[^`]+`|\]\([^)]*\)|https?:\/\/[^\s、。]*?(?=[.,]?(?:[\s、。]|$))/g) ?? [])
    .map(String)
    .sort();
}

for (const language of LANGUAGES) {
  describe(`the texts in ${language}`, () => {
    for (const { english, fileOf } of KINDS) {
      let source: Texts;
      let texts: Texts;

      before(async () => {
        [source, texts] = await Promise.all([read(english), read(fileOf(language))]);
      });

      it(`are all in ${fileOf(language)}, none twice, and no others`, async () => {
        assert.deepEqual(Object.keys(texts).sort(), Object.keys(source).sort());
        const lines = (await readFile(new URL(fileOf(language), ROOT), 'utf8')).match(/^ {2}".*":/gm) ?? [];
        assert.equal(lines.length, Object.keys(source).length);
      });

      it(`keep in ${fileOf(language)} what is no language: values, code, links`, () => {
        for (const [key, text] of Object.entries(texts)) assert.deepEqual(keptOf(text), keptOf(source[key] ?? ''), key);
      });

      it(`are translated in ${fileOf(language)}, but for words that are the same`, () => {
        const same = Object.entries(texts).filter(([key, text]) => text === source[key]);
        assert.deepEqual(
          same.map(([, text]) => text).filter((text) => SAME[language]?.includes(text) !== true),
          [],
        );
      });

      it(`are in ${fileOf(language)} as whole as the English ones: with their ellipsis, and no blanks around`, () => {
        for (const [key, text] of Object.entries(texts)) {
          assert.equal(text, text.trim(), key);
          assert.notEqual(text, '', key);
          assert.equal(text.endsWith('…'), source[key]?.endsWith('…'), `${key}: ${text}`);
        }
      });
    }
  });
}
