import assert from 'node:assert/strict';
import type { InspectedRendition, InspectedVariant } from '../../../src/engine/inspect.ts';
import { chooseAudio, chooseVariant } from '../../../src/engine/playlist/choose.ts';
import { chooseSubtitles } from '../../../src/engine/playlist/chooseSubtitles.ts';
import type { MultivariantPlaylist } from '../../../src/engine/playlist/model.ts';
import { offeredAudio, offeredSubtitles, preselect, remember, toWish } from '../../../src/shell/trackChoices.ts';

const variant: InspectedVariant = { url: 'v.m3u8', bandwidth: 5e6, height: 1080, audio: 'aac', subtitles: 'subs' };

function track(name: string, language?: string, more: Partial<InspectedRendition> = {}): InspectedRendition {
  const flags = { default: false, autoselect: false, forced: false };
  const tongue = language === undefined ? {} : { language };
  return { type: 'AUDIO', groupId: 'aac', name, url: `${name}.m3u8`, ...tongue, ...flags, ...more };
}

function text(name: string, language?: string, more: Partial<InspectedRendition> = {}): InspectedRendition {
  return track(name, language, { type: 'SUBTITLES', groupId: 'subs', ...more });
}

function carried(name: string, language: string): InspectedRendition {
  const { url, ...rest } = track(name, language, { default: true });
  assert.ok(url);
  return rest;
}

const english = track('English', 'en', { default: true });
const german = track('Deutsch', 'de');
const commentary = track('Commentary', 'en');
const [englishText, germanText] = [text('English', 'en'), text('Deutsch', 'de', { forced: true })];

describe('tracks that are offered', () => {
  it('are audio where there is more than one, of the group of the variant', () => {
    const others = [track('Français', 'fr', { groupId: 'ac3' }), englishText];
    assert.deepEqual(offeredAudio(variant, [english, german, ...others]).tracks, [english, german]);
    assert.deepEqual(offeredAudio(variant, [english, ...others]).tracks, []);
    assert.deepEqual(offeredAudio(variant, []).tracks, []);
  });

  it('are each address once', () => {
    assert.deepEqual(offeredAudio(variant, [english, { ...commentary, url: 'English.m3u8' }]).tracks, []);
  });

  it('are not what the variant carries itself, but what can be added to it', () => {
    const { tracks, byDefault } = offeredAudio(variant, [carried('English', 'en'), german]);
    assert.deepEqual([tracks, byDefault], [[german], undefined]);
  });

  it('are all subtitles of the group that have an address', () => {
    const embedded = { ...text('Captions'), type: 'CLOSED-CAPTIONS' as const };
    const other = text('Français', 'fr', { groupId: 'others' });
    const all = [english, englishText, embedded, other];
    assert.deepEqual(offeredSubtitles(variant, all), { tracks: [englishText], byDefault: undefined });
    assert.deepEqual(offeredSubtitles({ url: 'v', bandwidth: 1 }, all).tracks, []);
  });
});

describe('tracks that are proposed', () => {
  const offer = { tracks: [english, german, commentary], byDefault: english };

  it('are what the setting says while nothing is remembered', () => {
    assert.deepEqual(preselect(offer, undefined, 'default'), [english]);
    assert.deepEqual(preselect(offer, undefined, 'all'), offer.tracks);
    assert.deepEqual(preselect(offer, undefined, 'none'), []);
    assert.deepEqual(preselect({ ...offer, byDefault: undefined }, undefined, 'default'), []);
  });

  it('are of the languages of the last time', () => {
    assert.deepEqual(preselect(offer, [{ language: 'DE', name: 'German' }], 'default'), [german]);
    const both = [
      { language: 'de', name: 'Deutsch' },
      { language: 'en', name: 'Commentary' },
    ];
    assert.deepEqual(preselect(offer, both, 'default'), [german, commentary]);
    assert.deepEqual(preselect(offer, [{ language: 'en', name: 'Stereo' }], 'none'), [english]);
  });

  it('are none when none were wanted the last time, and what the setting says where the language is missing', () => {
    assert.deepEqual(preselect(offer, [], 'all'), []);
    assert.deepEqual(preselect(offer, [{ language: 'fr', name: 'Français' }], 'default'), [english]);
    assert.deepEqual(preselect(offer, [{ name: 'Music' }], 'default'), [english]);
  });

  it('are remembered without their address', () => {
    assert.deepEqual(remember(german), { language: 'de', name: 'Deutsch' });
    assert.deepEqual(remember(track('Music')), { name: 'Music' });
  });
});

describe('the wish for tracks', () => {
  const music = track('Music, no words');
  const renditions = [english, german, commentary, music, englishText, germanText];
  const playlist: MultivariantPlaylist = {
    kind: 'multivariant',
    url: 'https://a.example/x.m3u8',
    variants: [{ ...variant, isIframe: false }],
    renditions: renditions.map(({ default: isDefault, autoselect: isAutoselect, forced: isForced, ...rest }) => ({
      ...rest,
      ...{ isDefault, isAutoselect, isForced },
    })),
    findings: [],
  };

  it('names a language, or a name where a language is not enough', () => {
    assert.equal(toWish([german], renditions), 'de');
    assert.deepEqual(toWish([commentary, german], renditions), ['Commentary', 'de']);
    assert.equal(toWish([], renditions), 'none');
  });

  it('makes the engine take exactly these', () => {
    const chosen = chooseVariant(playlist, 'best');
    for (const wanted of [[german], [english, commentary], [music, german], [english, german, commentary, music], []]) {
      const taken = chooseAudio(playlist, chosen, toWish(wanted, renditions));
      assert.deepEqual(taken.map(({ url }) => url).sort(), wanted.map(({ url }) => url).sort());
    }
    for (const wanted of [[germanText], [englishText, germanText], []]) {
      const taken = chooseSubtitles(playlist, chosen, toWish(wanted, renditions));
      assert.deepEqual(
        taken.map(({ url }) => url),
        wanted.map(({ url }) => url),
      );
    }
  });

  it('does not mean what the variant carries when the same language is wanted beside it', () => {
    const surround = track('Surround', 'en');
    assert.equal(toWish([surround], [carried('English', 'en'), surround]), 'Surround');
  });
});
