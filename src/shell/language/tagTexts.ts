import * as vscode from 'vscode';

type Texts = Record<string, string>;

/** What a tag says, in one or two sentences, by its name; nothing for one that is not known. */
export function tagText(name: string): string | undefined {
  texts ??= new Map(
    [playlistTexts, fragmentTexts, metadataTexts, multivariantTexts, foreignTexts].flatMap((group) =>
      Object.entries(group()),
    ),
  );
  return texts.get(name);
}

/** Tags of any playlist, and of a media playlist as a whole. */
const playlistTexts = (): Texts => ({
  EXTM3U: vscode.l10n.t('The first line of every playlist: what follows is an M3U of the extended form.'),
  'EXT-X-VERSION': vscode.l10n.t(
    'The version of the protocol that a player has to know for this playlist. Each feature has a version from which on it may be used.',
  ),
  'EXT-X-INDEPENDENT-SEGMENTS': vscode.l10n.t('Every fragment can be decoded without the ones before it.'),
  'EXT-X-START': vscode.l10n.t('Where a player should begin to play.'),
  'EXT-X-DEFINE': vscode.l10n.t('Defines a variable, which URIs and quoted values below can use as {$name}.'),
  'EXT-X-TARGETDURATION': vscode.l10n.t(
    'The longest that a fragment lasts, rounded to whole seconds. It also tells how often a live playlist changes.',
  ),
  'EXT-X-MEDIA-SEQUENCE': vscode.l10n.t(
    'The number of the first fragment in the playlist; the others count on from it. 0 without the tag.',
  ),
  'EXT-X-DISCONTINUITY-SEQUENCE': vscode.l10n.t(
    'How many discontinuities came before the first fragment, so that renditions of a live stream can be matched.',
  ),
  'EXT-X-ENDLIST': vscode.l10n.t('Nothing will be added any more: the stream is whole.'),
  'EXT-X-PLAYLIST-TYPE': vscode.l10n.t('EVENT: fragments are only added at the end. VOD: the playlist never changes.'),
  'EXT-X-I-FRAMES-ONLY': vscode.l10n.t('Each fragment is a single key frame, for playing fast forwards and backwards.'),
  'EXT-X-PART-INF': vscode.l10n.t('What holds for all parts of the playlist.'),
  'EXT-X-SERVER-CONTROL': vscode.l10n.t(
    'What the server can do for players: hold answers back, send delta updates; and how far from the end to stay.',
  ),
});

/** Tags of fragments. */
const fragmentTexts = (): Texts => ({
  EXTINF: vscode.l10n.t('How long the fragment below lasts, in seconds, and after the comma a title for people.'),
  'EXT-X-BYTERANGE': vscode.l10n.t(
    'The fragment is a piece of its resource: length, and after @ the offset. Without an offset it follows the piece before.',
  ),
  'EXT-X-DISCONTINUITY': vscode.l10n.t(
    'Something changes between the fragments above and below: the encoding, the tracks, or the time stamps.',
  ),
  'EXT-X-KEY': vscode.l10n.t('How the fragments below are encrypted, until the next such tag with the same KEYFORMAT.'),
  'EXT-X-MAP': vscode.l10n.t('The init segment that the fragments below need in order to be parsed.'),
  'EXT-X-PROGRAM-DATE-TIME': vscode.l10n.t('The date and time of the first sample of the fragment below.'),
  'EXT-X-GAP': vscode.l10n.t('The fragment below is missing and should not be fetched.'),
  'EXT-X-BITRATE': vscode.l10n.t('About how many kilobits a second the fragments below have, until the next such tag.'),
  'EXT-X-PART': vscode.l10n.t(
    'A part of the fragment that is still being made, so that players need not wait for the whole of it.',
  ),
});

/** Tags of live playlists and their metadata. */
const metadataTexts = (): Texts => ({
  'EXT-X-DATERANGE': vscode.l10n.t('A range of dates with attributes: an advertisement, a programme, an interstitial.'),
  'EXT-X-SKIP': vscode.l10n.t(
    'A delta update: so many fragments are left out, since the player knows them from an earlier playlist.',
  ),
  'EXT-X-PRELOAD-HINT': vscode.l10n.t('A resource that will be needed soon and can be asked for already.'),
  'EXT-X-RENDITION-REPORT': vscode.l10n.t(
    'How far another rendition has come, so that a player can switch to it without reading its playlist first.',
  ),
});

/** Tags of multivariant playlists. */
const multivariantTexts = (): Texts => ({
  'EXT-X-MEDIA': vscode.l10n.t(
    'A rendition: an alternative for audio, video, subtitles or closed captions, in a group that variants name.',
  ),
  'EXT-X-STREAM-INF': vscode.l10n.t('A variant of the stream, whose media playlist is the URI below.'),
  'EXT-X-I-FRAME-STREAM-INF': vscode.l10n.t('A variant of key frames alone, for playing fast forwards and backwards.'),
  'EXT-X-SESSION-DATA': vscode.l10n.t('Data of the publisher about the stream, in the playlist or behind a URI.'),
  'EXT-X-SESSION-KEY': vscode.l10n.t(
    'A key that media playlists will use, so that players can fetch it before they read those.',
  ),
  'EXT-X-CONTENT-STEERING': vscode.l10n.t(
    'Where to learn which of several places, called pathways, the stream should come from.',
  ),
});

/** Tags that are not of the RFC, but in use. */
const foreignTexts = (): Texts => ({
  'EXT-X-ALLOW-CACHE': vscode.l10n.t(
    'Of earlier versions: whether players may keep fragments. It has no effect any more.',
  ),
  'EXT-X-CUE': vscode.l10n.t('Marks an advertisement break. Not of the RFC; players that do not know it pass over it.'),
  'EXT-X-CUE-OUT': vscode.l10n.t(
    'An advertisement break begins. Not of the RFC; players that do not know it pass over it.',
  ),
  'EXT-X-CUE-OUT-CONT': vscode.l10n.t(
    'An advertisement break goes on. Not of the RFC; players that do not know it pass over it.',
  ),
  'EXT-X-CUE-IN': vscode.l10n.t(
    'An advertisement break ends. Not of the RFC; players that do not know it pass over it.',
  ),
  'EXT-X-SCTE35': vscode.l10n.t('A splice of SCTE 35, as it was in the broadcast. Not of the RFC.'),
  'EXT-OATCLS-SCTE35': vscode.l10n.t('A splice of SCTE 35 in Base64. Not of the RFC.'),
  'EXT-X-ASSET': vscode.l10n.t('What an advertisement break shows. Not of the RFC.'),
  'EXT-X-PREFETCH': vscode.l10n.t(
    'A fragment that is not whole yet and can be fetched already. Of an extension for low latency that players other than those of its makers do not know.',
  ),
  'EXT-X-PREFETCH-DISCONTINUITY': vscode.l10n.t(
    'A discontinuity before a fragment that is not whole yet. Of the same extension as EXT-X-PREFETCH.',
  ),
});

let texts: ReadonlyMap<string, string> | undefined;
