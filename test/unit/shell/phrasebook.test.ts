import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Phrasebook } from '../../../src/shell/phrasebook.ts';

const bundleOf = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../../l10n/bundle.l10n.${language}.json`, import.meta.url), 'utf8')) as Record<
    string,
    string
  >;

describe('a phrasebook', () => {
  const book = new Phrasebook({
    'The disk is full./room': 'Voll ist die Platte.',
    '{0}: {1}/room': '{0}: {1}',
    '{0} ({1} tries)/room': '{0} ({1} Versuche)',
    'Fragment {0}/room': 'Fragment {0}',
    'Fragment {0} of {1}/room': 'Fragment {0} von {1}',
    'the origin answered {0}/room': 'der Ursprung antwortete {0}',
    'Part {0} of {1}/room': 'Teil {0} von {1}',
    'It is unknown.{0}/room': 'Es ist unbekannt.{0}',
    'Is {0} meant?/room': 'Ist {0} gemeint?',
    'no audio “{0}”/room': 'kein Ton “{0}”',
    '{0} is read instead of {1}/room': 'statt {1} wird {0} gelesen',
    'fragments/room': 'Fragmente',
    'The file is gone.': 'Die Datei ist weg.',
  });
  const cases: [string, string, string][] = [
    ['says what stands in it', 'The disk is full.', 'Voll ist die Platte.'],
    ['puts values in their places', 'the origin answered 404', 'der Ursprung antwortete 404'],
    ['puts them in the order of the language', 'a is read instead of b', 'statt b wird a gelesen'],
    [
      'says what is put together',
      'Fragment 3 of 20: the origin answered 404',
      'Fragment 3 von 20: der Ursprung antwortete 404',
    ],
    [
      'says it at any depth',
      'Fragment 3 of 20: the origin answered 404 (8 tries)',
      'Fragment 3 von 20: der Ursprung antwortete 404 (8 Versuche)',
    ],
    ['knows a label in the middle of a sentence', 'Part 2 of fragment 7', 'Teil 2 von Fragment 7'],
    ['knows a tail, with its blank', 'It is unknown. Is EXTINF meant?', 'Es ist unbekannt. Ist EXTINF gemeint?'],
    ['knows where a tail is missing', 'It is unknown.', 'Es ist unbekannt.'],
    ['leaves values that it does not know', '/a b/fragments.ts: {0} $& is odd', '/a b/fragments.ts: {0} $& is odd'],
    ['leaves names in quotes', 'no audio “fragments”', 'kein Ton “fragments”'],
    ['leaves paths', '/v/Part 1 of 2: the origin answered 404', '/v/Part 1 of 2: der Ursprung antwortete 404'],
    ['leaves what it does not know', 'something else', 'something else'],
    ['leaves what is no text of a room', 'The file is gone.', 'The file is gone.'],
    [
      'leaves what is longer than anything the engine says',
      `Fragment ${'1'.repeat(1000)}`,
      `Fragment ${'1'.repeat(1000)}`,
    ],
    ['leaves nothing as nothing', '', ''],
  ];
  for (const [title, english, expected] of cases) it(title, () => assert.equal(book.translate(english), expected));
});

/** What people met, as the engine said it, and words that no translation of it has. */
const SAID: readonly string[] = [
  'Fragment 3 of 20: the origin answered 404 (8 tries)',
  'Fragment 261 of 600 of audio.de: the connection ended after 12 of 500000 bytes',
  'Fragment 5: no byte for 30 s',
  'The playlist: the host origin.test is not known',
  'The key of fragment 4: 12 bytes are no AES-128 key, which has 16',
  'The init segment of fragment 1: the answer is no init segment',
  'Part 2 of fragment 7: its parts were listed anew',
  'This is no HLS playlist but an HTML page (“404”).',
  'Line 12 of the playlist: the URI has no #EXTINF above it.',
  'There is not enough space to write /v/x.ts: about 2.1 GB are needed, 1.0 GB are free.',
  'The playlist: a public playlist leads to x.test, which is at the private address 10.0.0.1',
  '#EXT-X-TARGETDURTION is not known; it is ignored. Is EXT-X-TARGETDURATION meant?',
  'TYPE is not AUDIO or VIDEO or SUBTITLES or CLOSED-CAPTIONS.',
  'PART-HOLD-BACK is less than 3 part targets, 1.5 s.',
  'The unfinished file of /v/x.ts was cut short by somebody else.',
  'the CPU profile is damaged: node 4 has two parents',
  'Fragment 9 of 10: the proxy proxy.test:3128 wants a user name and password (407)',
];

for (const language of ['de', 'ja']) {
  describe(`what the engine says, in ${language}`, () => {
    const book = new Phrasebook(bundleOf(language));
    for (const english of SAID) {
      it(`has no English left: ${english}`, () => {
        const said = book.translate(english);
        assert.doesNotMatch(said, /\b(the|of|is|are|was|has|have|no|not|tries|bytes are|and)\b/i, said);
      });
    }
  });
}
