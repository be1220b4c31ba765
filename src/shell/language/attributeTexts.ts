import * as vscode from 'vscode';

type Texts = Record<string, string>;

/** What an attribute says, in a sentence, by its name; tags that share a name share what it means. */
export function attributeText(name: string): string | undefined {
  texts ??= new Map(
    [commonTexts, streamTexts, keyTexts, partTexts, dateTexts, variantTexts, sessionTexts].flatMap((group) =>
      Object.entries(group()),
    ),
  );
  return texts.get(name);
}

/** Attributes that several tags have. */
const commonTexts = (): Texts => ({
  URI: vscode.l10n.t('Where it is, relative to the playlist.'),
  BYTERANGE: vscode.l10n.t('The piece of the resource: length, and after @ the offset.'),
  NAME: vscode.l10n.t('A name, for people or, of a variable, for references.'),
  VALUE: vscode.l10n.t('The value itself.'),
  LANGUAGE: vscode.l10n.t('The language as a tag of RFC 5646: en, de-AT.'),
  'PATHWAY-ID': vscode.l10n.t('The place that it comes from, for content steering.'),
  DURATION: vscode.l10n.t('How long it lasts, in seconds.'),
  GAP: vscode.l10n.t('YES: it is missing.'),
  TYPE: vscode.l10n.t('Of what kind it is.'),
});

/** Attributes of a media playlist as a whole. */
const streamTexts = (): Texts => ({
  'TIME-OFFSET': vscode.l10n.t('Seconds from the beginning, or, if negative, from the end.'),
  PRECISE: vscode.l10n.t('YES: play from exactly there, not from the beginning of the fragment.'),
  IMPORT: vscode.l10n.t('Takes the variable of that name from the multivariant playlist.'),
  QUERYPARAM: vscode.l10n.t('Takes the value from the query of the playlist’s URL.'),
  'PART-TARGET': vscode.l10n.t('The longest that a part lasts, in seconds.'),
  'CAN-SKIP-UNTIL': vscode.l10n.t(
    'Delta updates are to be had; fragments older than so many seconds from the end can be left out.',
  ),
  'CAN-SKIP-DATERANGES': vscode.l10n.t('Delta updates can leave out date ranges too.'),
  'HOLD-BACK': vscode.l10n.t('How many seconds from the end to stay: at least three target durations.'),
  'PART-HOLD-BACK': vscode.l10n.t(
    'How many seconds from the end to stay when playing parts: at least twice the part target.',
  ),
  'CAN-BLOCK-RELOAD': vscode.l10n.t('The server can hold an answer back until a certain fragment or part is there.'),
});

/** Attributes of keys. */
const keyTexts = (): Texts => ({
  METHOD: vscode.l10n.t('The encryption; NONE for none.'),
  IV: vscode.l10n.t('The initialisation vector of AES, 128 bits. Without it the fragment’s sequence number is taken.'),
  KEYFORMAT: vscode.l10n.t(
    'What the key is for: identity, where it is 16 bytes behind the URI, else a system of rights management.',
  ),
  KEYFORMATVERSIONS: vscode.l10n.t('The versions of KEYFORMAT that the key is for.'),
  KEYID: vscode.l10n.t('The key’s ID, for Widevine. Not of the RFC.'),
});

/** Attributes of parts, hints and reports. */
const partTexts = (): Texts => ({
  INDEPENDENT: vscode.l10n.t('YES: it has a key frame and can be decoded from there.'),
  'SKIPPED-SEGMENTS': vscode.l10n.t('How many fragments are left out.'),
  'RECENTLY-REMOVED-DATERANGES': vscode.l10n.t(
    'IDs of date ranges that are no longer in the playlist, separated by tabs.',
  ),
  'BYTERANGE-START': vscode.l10n.t('The first byte of what will be needed.'),
  'BYTERANGE-LENGTH': vscode.l10n.t('How many bytes will be needed; without it, up to the end.'),
  'LAST-MSN': vscode.l10n.t('The sequence number of the rendition’s last fragment.'),
  'LAST-PART': vscode.l10n.t('The number of the rendition’s last part.'),
});

/** Attributes of date ranges. */
const dateTexts = (): Texts => ({
  ID: vscode.l10n.t('Tells date ranges apart; tags with the same ID are about the same one.'),
  CLASS: vscode.l10n.t('What the date range is, as its publisher calls it.'),
  'START-DATE': vscode.l10n.t('When it begins.'),
  CUE: vscode.l10n.t('When to act on it: before the beginning, after the end, and only once.'),
  'END-DATE': vscode.l10n.t('When it ends.'),
  'PLANNED-DURATION': vscode.l10n.t('How long it is expected to last, in seconds.'),
  'SCTE35-CMD': vscode.l10n.t('The splice command of SCTE 35 that it stands for.'),
  'SCTE35-OUT': vscode.l10n.t('The splice of SCTE 35 that begins it.'),
  'SCTE35-IN': vscode.l10n.t('The splice of SCTE 35 that ends it.'),
  'END-ON-NEXT': vscode.l10n.t('It ends where the next one of the same CLASS begins.'),
  'X-ASSET-URI': vscode.l10n.t('The playlist of the interstitial.'),
  'X-ASSET-LIST': vscode.l10n.t('JSON that lists the playlists of the interstitial.'),
  'X-RESUME-OFFSET': vscode.l10n.t('Seconds from the beginning of the interstitial at which the main content goes on.'),
  'X-PLAYOUT-LIMIT': vscode.l10n.t('The longest that the interstitial may play, in seconds.'),
  'X-SNAP': vscode.l10n.t('Moves the beginning (OUT) or the end (IN) to the next boundary of a fragment.'),
  'X-RESTRICT': vscode.l10n.t('What viewers may not do: SKIP within it, JUMP over it.'),
  'X-CONTENT-MAY-VARY': vscode.l10n.t('NO: every viewer gets the same.'),
  'X-TIMELINE-OCCUPIES': vscode.l10n.t('Whether it takes a point or a range of the time line.'),
  'X-TIMELINE-STYLE': vscode.l10n.t('How the time line shows it.'),
});

/** Attributes of variants and renditions. */
const variantTexts = (): Texts => ({
  'GROUP-ID': vscode.l10n.t('The group of renditions, which variants name.'),
  'ASSOC-LANGUAGE': vscode.l10n.t('Another language that goes with it, such as the spoken one of a dialect.'),
  'STABLE-RENDITION-ID': vscode.l10n.t('Names the same rendition in every playlist of the stream.'),
  DEFAULT: vscode.l10n.t('YES: taken unless the viewer chooses another.'),
  AUTOSELECT: vscode.l10n.t('YES: may be taken without a choice, by the language of the system.'),
  FORCED: vscode.l10n.t('YES: subtitles that are shown even when subtitles are off.'),
  'INSTREAM-ID': vscode.l10n.t('Where the closed captions are in the video: CC1 to CC4, SERVICE1 to SERVICE63.'),
  'BIT-DEPTH': vscode.l10n.t('Bits of an audio sample.'),
  'SAMPLE-RATE': vscode.l10n.t('Audio samples a second.'),
  CHARACTERISTICS: vscode.l10n.t(
    'What it is made for, such as descriptions for the blind, as identifiers separated by commas.',
  ),
  CHANNELS: vscode.l10n.t('Audio channels, then after slashes what is special about them.'),
  BANDWIDTH: vscode.l10n.t('The most bits a second that the variant takes, all renditions included.'),
  'AVERAGE-BANDWIDTH': vscode.l10n.t('Bits a second on average.'),
  SCORE: vscode.l10n.t('How good the variant is, by the judgement of its publisher: more is better.'),
  CODECS: vscode.l10n.t('The formats that have to be decoded, after RFC 6381.'),
  'SUPPLEMENTAL-CODECS': vscode.l10n.t('Formats that make it better for those who know them, such as Dolby Vision.'),
  RESOLUTION: vscode.l10n.t('Width and height of the picture, in pixels.'),
  'FRAME-RATE': vscode.l10n.t('The most pictures a second.'),
  'HDCP-LEVEL': vscode.l10n.t('The copy protection that the output needs.'),
  'ALLOWED-CPC': vscode.l10n.t('Configurations of copy protection with which it may be played, by KEYFORMAT.'),
  'VIDEO-RANGE': vscode.l10n.t(
    'The range of brightness: standard (SDR), hybrid log-gamma (HLG) or perceptual quantisation (PQ).',
  ),
  'REQ-VIDEO-LAYOUT': vscode.l10n.t(
    'How many views the video has; players that cannot show that leave the variant out.',
  ),
  'STABLE-VARIANT-ID': vscode.l10n.t('Names the same variant in every playlist of the stream.'),
  AUDIO: vscode.l10n.t('The group of audio renditions.'),
  VIDEO: vscode.l10n.t('The group of video renditions.'),
  SUBTITLES: vscode.l10n.t('The group of subtitles.'),
  'CLOSED-CAPTIONS': vscode.l10n.t('The group of closed captions; NONE without quotes where no variant has any.'),
  'PROGRAM-ID': vscode.l10n.t('Of earlier versions; without effect.'),
});

/** Attributes of session data and content steering. */
const sessionTexts = (): Texts => ({
  'DATA-ID': vscode.l10n.t('What the data is, as a reversed domain name.'),
  FORMAT: vscode.l10n.t('What stands behind the URI: JSON, or RAW bytes.'),
  'SERVER-URI': vscode.l10n.t('Where the steering manifest is.'),
});

let texts: ReadonlyMap<string, string> | undefined;
