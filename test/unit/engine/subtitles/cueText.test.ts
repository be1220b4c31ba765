import assert from 'node:assert/strict';
import { shiftTimestamps, toSrtText } from '../../../../src/engine/subtitles/cueText.ts';

describe('the text of SRT', () => {
  const texts: [text: string, srt: string][] = [
    ['plain, with ünïcode 🎬', 'plain, with ünïcode 🎬'],
    ['two\nlines', 'two\nlines'],
    ['<b>bold</b> <i>italic</i> <u>under</u>', '<b>bold</b> <i>italic</i> <u>under</u>'],
    ['<b.loud>bold</b> <i >italic</i>', '<b>bold</b> <i>italic</i>'],
    ['<c.yellow.bg_blue>a</c><lang en-GB>b</lang>', 'ab'],
    ['<v Mary>Hello.</v>', 'Mary: Hello.'],
    ['<v.first.loud  Mary\tAnn >Hello', 'Mary Ann: Hello'],
    ['<v A &amp; B>Hi\n<v C>Yo</v>', 'A & B: Hi\nC: Yo'],
    ['<v>Nobody', 'Nobody'],
    ['<ruby>漢<rt>kan</rt></ruby>', '漢(kan)'],
    ['<ruby>漢<rt>kan</ruby>字', '漢(kan)字'],
    ['<rt>alone</rt>', 'alone'],
    ['one <00:00:01.000>two <00:01.500>three', 'one two three'],
    ['<font color="red">x</font><>y</>', 'xy'],
    ['never closed <b>bold <i>both', 'never closed <b>bold <i>both</i></b>'],
    ['wrong order <b><i>x</b></i>', 'wrong order <b><i>x</i></b>'],
    ['not opened</i>', 'not opened'],
    ['a < b', 'a '],
    ['a &lt; b &gt; c &amp;&amp; d', 'a < b > c && d'],
    ['&nbsp;x&lrm;&rlm;', '\u00a0x\u200e\u200f'],
    ['&#72;&#x48;&#x1F3AC;&#128;&#0;&#xD800;&#x110000;', 'HH🎬€\ufffd\ufffd\ufffd'],
    ['&eacute;&Uuml;t&eacute &hellip;&mdash;', 'éÜté …—'],
    ['&ampx &notit; &unknown; & &; &#; &#x;', '&x ¬it; &unknown; & &; &#; &#x;'],
    ['<c></c>\nb', 'b'],
    ['a\n \nb', 'a\nb'],
    ['a&#10;&#13;&#10;2&#10;00:00:00,000 --&gt; 00:00:01,000', 'a\n2\n00:00:00,000 → 00:00:01,000'],
    ['', ''],
    ['<i> </i>\n&nbsp;', ''],
  ];
  for (const [text, srt] of texts) it(JSON.stringify(text), () => assert.equal(toSrtText(text), srt));

  it('takes time that grows with the length', () => {
    for (const piece of ['<', '<b>', '&', '&a', '&#1', '<ruby><rt>', '</b>', '<v a', '\n']) {
      toSrtText(piece.repeat(1_000_000 / piece.length));
    }
  });
});

describe('timestamps inside a text', () => {
  const texts: [text: string, bySeconds: number, moved: string][] = [
    ['a <00:00:01.000>b <00:02.500>c', 10, 'a <00:00:11.000>b <00:00:12.500>c'],
    ['a <00:00:01.000>b', 0, 'a <00:00:01.000>b'],
    ['a <00:00:01.000>b', -5, 'a <00:00:00.000>b'],
    ['<1>a<00:01>b<00:61.000>c<00:01.0000>d 00:01.000', 10, '<1>a<00:01>b<00:61.000>c<00:01.0000>d 00:01.000'],
  ];
  for (const [text, bySeconds, moved] of texts) {
    it(`${text} by ${bySeconds} s`, () => assert.equal(shiftTimestamps(text, bySeconds * 90_000), moved));
  }
});
