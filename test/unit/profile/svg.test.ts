import assert from 'node:assert/strict';
import { ProfileError } from '../../../src/profile/errors.ts';
import { toSvg } from '../../../src/profile/svg.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { mergeTrees } from '../../../src/profile/tree.ts';
import { fixture, stacksOf } from './formats/reading.ts';
import { profileOf, script } from './trees.ts';

/** Walks through the tags; answers all texts by the tag that they are in. Fails where the image is no well-formed XML. */
function textsOf(svg: string): Record<string, string[]> {
  const texts: Record<string, string[]> = {};
  const open: string[] = [];
  const tags = /<(?:\?xml [^<>]*\?|(\/)?([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/)?)>([^<]*)/gy;
  let end = 0;
  for (let match = tags.exec(svg); match !== null; match = tags.exec(svg)) {
    const [, closing, name, , empty, text = ''] = match;
    end = tags.lastIndex;
    if (name === undefined) continue;
    if (closing !== undefined) assert.equal(open.pop(), name);
    else if (empty === undefined) open.push(name);
    assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot);)/);
    if (text.trim() !== '') (texts[open.at(-1) ?? ''] ??= []).push(text);
  }
  assert.equal(end, svg.length, `no tag at ${svg.slice(end, end + 80)}`);
  assert.deepEqual(open, []);
  return texts;
}

describe('drawing a profile as SVG', () => {
  it('has a title with weight and share, the whole name, and exact edges for each frame', () => {
    const svg = toSvg(
      profileOf([
        [['main', script('read', 'node:fs', 3)], 3000],
        [['main', 'very::long::name<that, does, not, fit>'], 1000],
      ]),
      'a <title> & "more"',
    );
    const { title, text, desc } = textsOf(svg);
    assert.deepEqual(title, [
      'all (4,000 microseconds, 100.00%)',
      'main (4,000 microseconds, 100.00%)',
      'read node:fs:3 (3,000 microseconds, 75.00%)',
      'very::long::name&lt;that, does, not, fit&gt; (1,000 microseconds, 25.00%)',
    ]);
    assert.ok(text?.includes('very::long::name&lt;that, does, not, fit&gt;'));
    assert.ok(text?.includes('a &lt;title&gt; &amp; &quot;more&quot;') && desc?.[0]?.startsWith('a &lt;title&gt;'));
    assert.ok(svg.includes('fg:x="3000" fg:w="1000"'));
    assert.doesNotMatch(svg, /<script|javascript:|href|@import|on[a-z]+=/i);
  });

  it('is well-formed whatever names hold', () => {
    const name = 'a\0b\u001b[31m\ud800</text><script>alert(1)</script>]]>&nbsp;"\u2028';
    const svg = toSvg(profileOf([[[name], 5]]), name);
    const { title } = textsOf(svg);
    assert.match(title?.[1] ?? '', /^a\uFFFDb\uFFFD\[31m\uFFFD&lt;\/text&gt;&lt;script&gt;/);
  });

  it('leaves out what is too narrow, and says so', () => {
    const svg = toSvg(
      profileOf([
        [['main', 'tiny'], 1],
        [['main'], 1_000_000],
      ]),
      'x',
    );
    const { title, text } = textsOf(svg);
    assert.equal(title?.length, 2);
    assert.ok(text?.some((words) => words.startsWith('1 frames that are too narrow')));
  });

  it('draws real profiles, and an idle one', () => {
    for (const name of ['go-cpu.pb.gz', 'firefox.json.gz', 'chromium.trace.json.gz']) {
      const { title } = textsOf(toSvg(readProfile(fixture(name), name), name));
      assert.ok((title?.length ?? 0) > 10);
    }
    assert.equal(textsOf(toSvg(profileOf([[['(idle)'], 0]]), 'x'))['title']?.length, 1);
  });

  for (const name of ['go-cpu.pb.gz', 'py-spy.speedscope.json', 'chromium.trace.json.gz']) {
    it(`keeps every stack and weight of ${name} when it is read again`, () => {
      const profile = readProfile(fixture(name), name);
      const tree = mergeTrees(profile.threads.map((thread) => thread.tree));
      const whole = { ...tree, self: tree.self.map((weight) => Math.round(weight)) };
      const again = readProfile(Buffer.from(toSvg(profile, name)), 'x.svg');
      assert.deepEqual([again.format, again.unit], ['flamegraph-svg', profile.unit]);
      assert.deepEqual(stacksOf(again.threads[0]!), stacksOf({ tree: whole }));
    });
  }

  it('refuses a stack that nobody can draw', () => {
    const deep = profileOf([[new Array<string>(120_000).fill('f'), 1]]);
    assert.throws(
      () => toSvg(deep, 'x'),
      (error) => error instanceof ProfileError && error.code === 'PROFILE_TOO_LARGE',
    );
  });
});
