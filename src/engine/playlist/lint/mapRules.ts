import type { TagLine } from '../lines.ts';
import { IDENTITY } from '../keys.ts';
import { readByteRange } from '../numbers.ts';
import type { Report, Rule, Written } from './rule.ts';
import { plainValue, valuePlace } from './rule.ts';

/** EXT-X-MAP and the keys that its init segment needs, EXT-X-PROGRAM-DATE-TIME (RFC 8216bis §4.4.4.5, §4.4.4.6). */
export class MapRules implements Rule {
  readonly #report: Report;
  /** A key is in force whose IV changes with the fragment. */
  #isIvMissing = false;
  /** The EXT-X-MAP that nothing has needed yet. */
  #unused: TagLine | undefined;
  readonly checks = {
    'EXT-X-KEY': (_: TagLine, attributes: Written): void => {
      const format = attributes.get('KEYFORMAT')?.value ?? '';
      if (format !== '' && format !== IDENTITY) return;
      this.#isIvMissing = attributes.get('METHOD')?.value !== 'NONE' && !attributes.has('IV');
    },
    'EXT-X-MAP': (tag: TagLine, attributes: Written): void => {
      this.#replace(tag);
      this.#map(tag, attributes);
    },
    'EXT-X-PART': (): void => {
      this.#unused = undefined;
    },
    'EXT-X-PROGRAM-DATE-TIME': (tag: TagLine): void => {
      if (!Number.isNaN(Date.parse(tag.value))) return;
      this.#report('warning', 'bad-date', 'The date is not valid; it is ignored.', valuePlace(tag));
    },
  };

  constructor(report: Report) {
    this.#report = report;
  }

  uri(): void {
    this.#unused = undefined;
  }

  #replace(tag: TagLine): void {
    if (this.#unused !== undefined) {
      const message = 'Another #EXT-X-MAP stands below, before a fragment that would need this one.';
      this.#report('warning', 'unused-map', message, this.#unused);
    }
    this.#unused = tag;
  }

  #map(tag: TagLine, attributes: Written): void {
    const range = attributes.get('BYTERANGE');
    const read = readByteRange(plainValue(attributes, 'BYTERANGE') ?? '');
    if (range !== undefined && read !== undefined && read.offset === undefined) {
      const message = 'The byte range of #EXT-X-MAP has no offset; it counts as 0.';
      this.#report('warning', 'map-range-without-offset', message, range, `${read.length}@0`);
    }
    if (!this.#isIvMissing) return;
    const message = 'The key in force at #EXT-X-MAP has no IV, which init segments need.';
    this.#report('warning', 'map-key-without-iv', message, tag);
  }
}
