import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EngineError } from '../../../../src/engine/errors.ts';
import { inspectPlaylist } from '../../../../src/engine/inspect.ts';
import { planDownload, type Plan } from '../../../../src/engine/plan.ts';
import { chooseAudio, chooseVariant } from '../../../../src/engine/playlist/choose.ts';
import type { MediaPlaylist, MultivariantPlaylist, Playlist } from '../../../../src/engine/playlist/model.ts';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { BASE, vod } from '../playlist/samples.ts';
import { allowedMs, casesOf } from './cases.ts';
import { mediaPlaylists } from './mediaPlaylists.ts';
import { multivariantPlaylists } from './multivariantPlaylists.ts';
import { mutatedBytes, mutatedText } from './textMutations.ts';

/** Far above what any of these texts takes, far below what anybody would call a hang. */
const maxMs = 1000;

/** The value of `act`, or the error that tells somebody what to do; anything else that is thrown is a defect. */
function resultOf<T>(act: () => T): T | EngineError {
  const startMs = performance.now();
  try {
    return act();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // A cause means that something failed which nobody thought of.
    assert.equal(error.cause, undefined);
    assert.ok(error.message.length > 10 && error.hint.length > 20, `${error.code} without words`);
    return error;
  } finally {
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs < maxMs, `it took ${tookMs} ms`);
  }
}

/** Lines that are neither blank nor start with `#`. */
function uriLines(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

function codeCount(playlist: Playlist, code: string): number {
  return playlist.findings.filter((finding) => finding.code === code).length;
}

/** An accepted media playlist has a fragment for each URI line, in their order, and a finding for each EXTINF without. */
function assertNothingIsLost(playlist: MediaPlaylist, text: string): void {
  const lines = uriLines(text);
  assert.equal(playlist.fragments.length, lines.length);
  for (const [index, line] of lines.entries()) {
    if (line.includes('{$')) continue;
    // Nobody is sent what stands behind a `#`.
    const [expected, found] = [new URL(line, BASE).href, playlist.fragments[index]?.url];
    assert.equal(found?.split('#', 1)[0], expected.split('#', 1)[0]);
  }
  const announced = text.split(/\r\n|\r|\n/).filter((line) => /^#EXTINF\s*(:|$)/.test(line.trim())).length;
  const lost = codeCount(playlist, 'fragment-without-uri');
  // Of a long list of findings the last one speaks for the rest.
  assert.ok(
    lost === announced - lines.length || lost === 50,
    `${announced} EXTINF, ${lines.length} URIs, ${lost} lost`,
  );
}

function assertPlan(plan: Plan, playlist: MediaPlaylist): void {
  assert.equal(plan.fragments.length, playlist.fragments.length);
  for (const [index, fragment] of plan.fragments.entries()) {
    assert.equal(fragment.index, index);
    assert.equal(fragment.url, playlist.fragments[index]?.url);
    assert.match(fragment.url, /^https?:\/\/[^/]/);
    assert.ok(Number.isFinite(fragment.durationS) && fragment.durationS >= 0);
    assert.ok(fragment.keys.length <= 1);
    for (const key of [...fragment.keys, ...(fragment.map?.keys ?? [])]) {
      assert.match(key.iv ?? '', /^[\da-f]{32}$/);
      assert.match(key.url ?? '', /^https?:/);
    }
    for (const range of [fragment.byteRange, fragment.map?.byteRange]) {
      assert.ok(range === undefined || (range.offset >= 0 && range.length > 0));
    }
  }
  assert.equal(plan.gaps, plan.fragments.filter(({ gap }) => gap).length);
}

function assertChoices(playlist: MultivariantPlaylist): void {
  for (const wanted of ['best', 'worst', '720p', '1000000', '-', '']) {
    const variant = resultOf(() => chooseVariant(playlist, wanted));
    if (variant instanceof EngineError) continue;
    assert.ok(!variant.isIframe && /^https?:/.test(variant.url));
    for (const audio of ['default', 'none', 'all', 'en', 'Deutsch', '']) {
      const renditions = resultOf(() => chooseAudio(playlist, variant, audio));
      if (renditions instanceof EngineError) continue;
      for (const { url, type } of renditions) assert.ok(type === 'AUDIO' && /^https?:/.test(url ?? ''));
    }
  }
}

/** Everything that is done with a playlist; gives what came of it. */
function use(text: string | Buffer): 'planned' | 'refused' | 'chosen' {
  const playlist = resultOf(() => readPlaylist(text, BASE));
  if (playlist instanceof EngineError) return 'refused';
  JSON.stringify(inspectPlaylist(playlist, { showUrls: false }));
  if (playlist.kind === 'multivariant') {
    assertChoices(playlist);
    return 'chosen';
  }
  assertNothingIsLost(playlist, typeof text === 'string' ? text : decoded(text));
  const plan = resultOf(() => planDownload(playlist));
  if (plan instanceof EngineError) return 'refused';
  assertPlan(plan, playlist);
  return 'planned';
}

/** As the byte order mark says, else UTF-8. */
function decoded(bytes: Buffer): string {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** Checks cases of `texts`, and that each outcome comes up often enough for the property to say something. */
function assertUse(
  texts: fc.Arbitrary<string | Buffer>,
  short: number,
  least: Partial<Record<ReturnType<typeof use>, number>>,
) {
  const { numRuns } = casesOf(short);
  const outcomes = { planned: 0, refused: 0, chosen: 0 };
  fc.assert(
    fc.property(texts, (text) => {
      outcomes[use(text)]++;
    }),
    { numRuns },
  );
  for (const [outcome, share] of Object.entries(least)) {
    const count = outcomes[outcome as keyof typeof outcomes];
    assert.ok(count >= share * numRuns, `${outcome} in ${count} of ${numRuns} cases only`);
  }
}

/** Variables in every place that takes one. */
const withVariables = vod(
  '#EXT-X-DEFINE:NAME="host",VALUE="https://media.example"',
  '#EXT-X-DEFINE:QUERYPARAM="token"',
  '#EXT-X-MAP:URI="{$host}/init.mp4?{$token}",BYTERANGE="718@0"',
  '#EXT-X-KEY:METHOD=AES-128,URI="{$host}/k1",IV=0x000102030405060708090a0b0c0d0e0f',
  ...['#EXTINF:9.009,{$host}', '#EXT-X-BYTERANGE:1000@718', '{$host}/all.mp4'],
  ...['#EXTINF:9.009,', '#EXT-X-BYTERANGE:2000', '{$host}/all.mp4', '#EXTINF:3.5,', 'last.mp4'],
);

describe('any playlist', () => {
  it('that is a media playlist says what was meant', function () {
    this.timeout(allowedMs(30_000));
    fc.assert(
      fc.property(mediaPlaylists, ({ text, fragments, isLive }) => {
        const playlist = readPlaylist(text, BASE);
        assert.ok(playlist.kind === 'media');
        const found = playlist.fragments.map((fragment) => ({ ...fragment, mapUrl: fragment.map?.url }));
        for (const [index, meant] of fragments.entries()) assert.partialDeepStrictEqual(found[index], meant);
        assert.equal(playlist.isLive, isLive);
        assert.doesNotMatch(JSON.stringify(inspectPlaylist(playlist, { showUrls: false })), /secret/);
        const plan = resultOf(() => planDownload(playlist));
        const isEmpty = fragments.every(({ gap }) => gap);
        if (plan instanceof EngineError) {
          assert.equal(plan.code, isEmpty ? 'HLS_PLAYLIST_EMPTY' : 'none');
        } else assertPlan(plan, playlist);
        assertNothingIsLost(playlist, text);
      }),
      casesOf(6000),
    );
  });

  it('that was a media playlist and has changes in it is planned or refused in words', function () {
    this.timeout(allowedMs(30_000));
    const texts = fc.oneof(
      mediaPlaylists.map(({ text }) => text),
      fc.constant(withVariables),
    );
    assertUse(mutatedText(texts), 8000, { planned: 0.1, refused: 0.1 });
  });

  it('whose bytes have changed is planned or refused in words', function () {
    this.timeout(allowedMs(30_000));
    const texts = fc.oneof(
      mediaPlaylists.map(({ text }) => text),
      multivariantPlaylists,
    );
    assertUse(mutatedBytes(texts), 3000, { planned: 0.05, refused: 0.1, chosen: 0.1 });
  });

  it('that was a multivariant playlist and has changes in it gives a choice or is refused in words', function () {
    this.timeout(allowedMs(30_000));
    assertUse(mutatedText(multivariantPlaylists), 5000, { chosen: 0.3, refused: 0.02 });
  });

  it('that is no playlist at all is refused in words', function () {
    this.timeout(allowedMs(30_000));
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((text) => `#EXTM3U\n${text}`),
    );
    assertUse(noise, 1000, { refused: 0.9 });
  });
});
