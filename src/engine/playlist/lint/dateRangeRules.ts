import type { TagLine } from '../lines.ts';
import { readDecimal } from '../numbers.ts';
import type { Report, Rule, Written } from './rule.ts';

const INTERSTITIAL = 'com.apple.hls.interstitial';

/** How far END-DATE may lie from START-DATE and DURATION, both of which are rounded, in milliseconds. */
const TOLERANCE_MS = 1000;

interface Known {
  first: TagLine;
  values: Map<string, string>;
}

/** EXT-X-DATERANGE, those with one ID taken together (RFC 8216bis §4.4.5.1, appendix D). */
export class DateRangeRules implements Rule {
  readonly #report: Report;
  readonly #ranges = new Map<string, Known>();
  #first: TagLine | undefined;
  #hasDate = false;
  readonly checks = {
    'EXT-X-PROGRAM-DATE-TIME': (): void => {
      this.#hasDate = true;
    },
    'EXT-X-DATERANGE': (tag: TagLine, attributes: Written): void => {
      this.#first ??= tag;
      const id = attributes.get('ID')?.value;
      if (id !== undefined) this.#add(id, tag, attributes);
    },
  };

  constructor(report: Report) {
    this.#report = report;
  }

  #add(id: string, tag: TagLine, attributes: Written): void {
    let known = this.#ranges.get(id);
    if (known === undefined) {
      known = { first: tag, values: new Map<string, string>() };
      this.#ranges.set(id, known);
    }
    for (const attribute of attributes.values()) {
      const before = known.values.get(attribute.name);
      if (before === undefined) known.values.set(attribute.name, attribute.value);
      else if (before !== attribute.value) {
        const message = `${attribute.name.slice(0, 60)} has another value in a tag with the same ID above.`;
        this.#report('error', 'date-range-conflict', message, attribute);
      }
    }
  }

  end(): void {
    if (this.#first !== undefined && !this.#hasDate) {
      const message = 'Date ranges need an #EXT-X-PROGRAM-DATE-TIME to count from, which the playlist has not.';
      this.#report('error', 'date-range-without-date', message, this.#first);
    }
    for (const known of this.#ranges.values()) this.#judge(known);
  }

  #judge({ first, values }: Known): void {
    if (!values.has('START-DATE')) {
      this.#report('error', 'missing-attribute', '#EXT-X-DATERANGE has no START-DATE.', first);
    }
    if (values.has('END-ON-NEXT')) this.#judgeEndOnNext(first, values);
    this.#judgeEnd(first, values);
    if (values.get('CLASS') !== INTERSTITIAL) return;
    if (values.has('X-ASSET-URI') !== values.has('X-ASSET-LIST')) return;
    const message = 'An interstitial has either X-ASSET-URI or X-ASSET-LIST.';
    this.#report('error', 'interstitial-asset', message, first);
  }

  #judgeEndOnNext(first: TagLine, values: ReadonlyMap<string, string>): void {
    if (!values.has('CLASS')) {
      this.#report('error', 'end-on-next-without-class', 'END-ON-NEXT needs a CLASS.', first);
    }
    if (values.has('DURATION') || values.has('END-DATE')) {
      const message = 'With END-ON-NEXT neither DURATION nor END-DATE may stand.';
      this.#report('error', 'end-on-next-with-end', message, first);
    }
  }

  #judgeEnd(first: TagLine, values: ReadonlyMap<string, string>): void {
    const startMs = Date.parse(values.get('START-DATE') ?? '');
    const endMs = Date.parse(values.get('END-DATE') ?? '');
    if (Number.isNaN(startMs) || Number.isNaN(endMs)) return;
    if (endMs < startMs) {
      this.#report('error', 'date-range-ends-before-start', 'The date range ends before it starts.', first);
      return;
    }
    const durationS = readDecimal(values.get('DURATION') ?? '');
    if (durationS === undefined || Math.abs(startMs + durationS * 1000 - endMs) <= TOLERANCE_MS) return;
    const message = 'END-DATE is not START-DATE and DURATION.';
    this.#report('error', 'date-range-duration-mismatch', message, first);
  }
}
