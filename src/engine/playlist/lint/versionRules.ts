import type { Place, TagLine } from '../lines.ts';
import { readInteger } from '../numbers.ts';
import type { Report, Rule, Written } from './rule.ts';
import { valuePlace } from './rule.ts';

/** Newest version that RFC 8216bis §8 describes. */
const NEWEST = 13;

/** EXT-X-VERSION and the features that need one (RFC 8216bis §8). Each feature is told where it is first used. */
export class VersionRules implements Rule {
  readonly #report: Report;
  readonly #isMultivariant: boolean;
  #version = 1;
  #hasVersion = false;
  #isIframesOnly = false;
  /** By feature, its first use. */
  readonly #needs = new Map<string, { version: number; place: Place }>();
  /** Below version 6 EXT-X-MAP is for playlists of I-frames alone, which a later tag may declare. */
  #map: Place | undefined;
  readonly checks;

  constructor(kind: 'multivariant' | 'media', report: Report) {
    this.#report = report;
    this.#isMultivariant = kind === 'multivariant';
    this.checks = this.#checks();
  }

  #checks() {
    const attribute = (attributes: Written, name: string, version: number): void => {
      const found = attributes.get(name);
      if (found !== undefined) this.#need(version, name, { line: found.line, column: found.nameColumn });
    };
    const key = (_: TagLine, attributes: Written): void => {
      attribute(attributes, 'IV', 2);
      attribute(attributes, 'KEYFORMAT', 5);
      attribute(attributes, 'KEYFORMATVERSIONS', 5);
    };
    const variant = (_: TagLine, attributes: Written): void => {
      for (const name of attributes.keys()) if (name.startsWith('REQ-')) attribute(attributes, name, 12);
    };
    return {
      'EXT-X-VERSION': (tag: TagLine): void => {
        this.#declare(tag);
      },
      EXTINF: (tag: TagLine): void => {
        if (!this.#needs.has(DECIMALS) && /^[^,]*\./.test(tag.value)) this.#need(3, DECIMALS, valuePlace(tag));
      },
      'EXT-X-BYTERANGE': (tag: TagLine): void => {
        this.#need(4, '#EXT-X-BYTERANGE', tag);
      },
      'EXT-X-I-FRAMES-ONLY': (tag: TagLine): void => {
        this.#isIframesOnly = true;
        this.#need(4, '#EXT-X-I-FRAMES-ONLY', tag);
      },
      'EXT-X-KEY': key,
      'EXT-X-SESSION-KEY': key,
      'EXT-X-MAP': (tag: TagLine): void => {
        this.#map ??= tag;
      },
      'EXT-X-DEFINE': (tag: TagLine, attributes: Written): void => {
        this.#need(8, '#EXT-X-DEFINE', tag);
        attribute(attributes, 'QUERYPARAM', 11);
      },
      'EXT-X-SKIP': (tag: TagLine, attributes: Written): void => {
        this.#need(9, '#EXT-X-SKIP', tag);
        attribute(attributes, 'RECENTLY-REMOVED-DATERANGES', 10);
      },
      'EXT-X-STREAM-INF': variant,
      'EXT-X-I-FRAME-STREAM-INF': variant,
      'EXT-X-MEDIA': (_: TagLine, attributes: Written): void => {
        const instream = attributes.get('INSTREAM-ID');
        if (instream === undefined) return;
        if (attributes.get('TYPE')?.value !== 'CLOSED-CAPTIONS') {
          this.#need(13, 'INSTREAM-ID without closed captions', instream);
        } else if (instream.value.startsWith('SERVICE')) this.#need(7, 'a SERVICE of INSTREAM-ID', instream);
      },
    };
  }

  #need(version: number, feature: string, place: Place): void {
    if (!this.#needs.has(feature)) this.#needs.set(feature, { version, place });
  }

  #declare(tag: TagLine): void {
    const version = readInteger(tag.value);
    if (version === undefined || version === 0) {
      this.#report('error', 'bad-value', '#EXT-X-VERSION is not a whole number above 0.', valuePlace(tag));
      return;
    }
    if (!this.#hasVersion) this.#version = version;
    this.#hasVersion = true;
    if (version <= NEWEST) return;
    const message = `Version ${version} is not known; the newest known one is ${NEWEST}.`;
    this.#report('warning', 'unknown-version', message, valuePlace(tag));
  }

  end(): void {
    if (this.#map !== undefined && !this.#isMultivariant)
      this.#need(this.#isIframesOnly ? 5 : 6, '#EXT-X-MAP', this.#map);
    const has = this.#hasVersion ? `it says ${this.#version}` : 'it says none, which is 1';
    for (const [feature, { version, place }] of this.#needs) {
      if (version <= this.#version) continue;
      const message = `${feature} needs version ${version} of the playlist; ${has}.`;
      this.#report(
        'warning',
        'version-too-low',
        message.charAt(0).toUpperCase() + message.slice(1),
        place,
        `${version}`,
      );
    }
  }
}

const DECIMALS = 'a duration with decimals';
