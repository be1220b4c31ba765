import type { TagLine, UriLine } from '../lines.ts';
import { readByteRange, readDecimal, readInteger } from '../numbers.ts';
import type { Report, Rule, Written } from './rule.ts';
import { valuePlace } from './rule.ts';

/** Tags of which a fragment has one at most. */
const ONCE_PER_FRAGMENT = ['EXT-X-BYTERANGE', 'EXT-X-GAP', 'EXT-X-PROGRAM-DATE-TIME'] as const;

/** File names of fragmented MP4, which cannot be played without an init segment. */
const FRAGMENTED_MP4 = /\.(?:m4[sva]|mp4|cmf[vat])(?:[?#]|$)/i;

/** Fragments, their durations, byte ranges and order (RFC 8216bis §4.4.3, §4.4.4). */
export class FragmentRules implements Rule {
  readonly #report: Report;
  readonly #targetDurationS: number | undefined;
  /** The EXTINF whose URI is still to come. */
  #extinf: TagLine | undefined;
  /** Other tags of that fragment. */
  readonly #pending = new Map<string, TagLine>();
  #fragments = 0;
  #totalS = 0;
  #lastUri = '';
  /** Where the byte range before ends. */
  #lastEnd: number | undefined;
  #hasMap = false;
  #hasSkip = false;
  #hasDiscontinuity = false;
  #start: { offsetS: number; tag: TagLine; column: number } | undefined;
  readonly checks;

  /** `targetDurationS`: of the first EXT-X-TARGETDURATION, which may stand below the fragments. */
  constructor(targetDurationS: number | undefined, report: Report) {
    this.#targetDurationS = targetDurationS;
    this.#report = report;
    this.checks = this.#checks();
  }

  #checks() {
    const pending = (tag: TagLine): void => {
      this.#add(tag);
    };
    return {
      EXTINF: (tag: TagLine): void => {
        this.#loseFragment();
        this.#extinf = tag;
        this.#duration(tag);
      },
      ...Object.fromEntries(ONCE_PER_FRAGMENT.map((name) => [name, pending])),
      'EXT-X-DISCONTINUITY': (): void => {
        this.#hasDiscontinuity = true;
      },
      'EXT-X-DISCONTINUITY-SEQUENCE': (tag: TagLine): void => {
        this.#sequence(tag);
        if (!this.#hasDiscontinuity) return;
        const message = '#EXT-X-DISCONTINUITY-SEQUENCE stands below an #EXT-X-DISCONTINUITY.';
        this.#report('error', 'late-discontinuity-sequence', message, tag);
      },
      'EXT-X-MEDIA-SEQUENCE': (tag: TagLine): void => {
        this.#sequence(tag);
      },
      'EXT-X-BITRATE': (tag: TagLine): void => {
        this.#integer(tag);
      },
      'EXT-X-MAP': (): void => {
        this.#hasMap = true;
      },
      'EXT-X-SKIP': (tag: TagLine): void => {
        this.#hasSkip = true;
        if (this.#fragments === 0) return;
        this.#report('error', 'late-skip', '#EXT-X-SKIP stands below a fragment.', tag);
      },
      'EXT-X-START': (tag: TagLine, attributes: Written): void => {
        const offset = attributes.get('TIME-OFFSET');
        const offsetS = readDecimal(offset?.value.replace('-', '') ?? '');
        if (offset !== undefined && offsetS !== undefined) this.#start = { offsetS, tag, column: offset.column };
      },
    };
  }

  #sequence(tag: TagLine): void {
    this.#integer(tag);
    if (this.#fragments === 0) return;
    const message = `#${tag.name} stands after the first fragment; it is ignored.`;
    this.#report('warning', 'late-sequence', message, tag);
  }

  #loseFragment(): void {
    if (this.#extinf === undefined) return;
    const message = 'No URI follows this #EXTINF; the fragment is missing.';
    this.#report('warning', 'fragment-without-uri', message, this.#extinf);
  }

  #integer(tag: TagLine): void {
    if (/^\d{1,20}$/.test(tag.value)) return;
    this.#report('error', 'bad-value', `#${tag.name} is not a whole number.`, valuePlace(tag));
  }

  #add(tag: TagLine): void {
    if (this.#pending.has(tag.name)) {
      const message = `The fragment has a second #${tag.name}.`;
      this.#report('warning', 'duplicate-fragment-tag', message, tag);
    }
    this.#pending.set(tag.name, tag);
  }

  #duration(tag: TagLine): void {
    const comma = tag.value.indexOf(',');
    if (comma === -1)
      this.#report('info', 'extinf-without-comma', 'A comma has to follow the duration.', valuePlace(tag));
    const duration = readDecimal((comma === -1 ? tag.value : tag.value.slice(0, comma)).trim());
    if (duration === undefined) {
      this.#report('warning', 'bad-duration', 'The duration is not a number of seconds; it counts as 0.', tag);
      return;
    }
    this.#totalS += duration;
    const target = this.#targetDurationS;
    if (target === undefined || Math.round(duration) <= target) return;
    const message = `The fragment lasts ${duration} s, more than the target duration of ${target} s.`;
    this.#report('warning', 'duration-above-target', message, valuePlace(tag), `${Math.round(duration)}`);
  }

  uri(line: UriLine): void {
    const isFirst = this.#fragments++ === 0;
    if (this.#extinf === undefined) {
      this.#report('error', 'uri-without-extinf', 'The URI has no #EXTINF above it.', line);
    }
    this.#extinf = undefined;
    if (isFirst && !this.#hasMap && !this.#hasSkip && FRAGMENTED_MP4.test(line.text)) {
      const message = 'The fragment looks like fragmented MP4, but no #EXT-X-MAP stands above it.';
      this.#report('warning', 'missing-map', message, line);
    }
    const range = this.#pending.get('EXT-X-BYTERANGE');
    if (range === undefined) this.#lastEnd = undefined;
    else this.#byteRange(range, line.text);
    this.#lastUri = line.text;
    if (this.#pending.size > 0) this.#pending.clear();
  }

  #byteRange(tag: TagLine, uri: string): void {
    const before = uri === this.#lastUri ? this.#lastEnd : undefined;
    const range = readByteRange(tag.value);
    this.#lastEnd = undefined;
    if (range === undefined) {
      this.#report(
        'error',
        'bad-byte-range',
        'The byte range is not a length, or a length and an offset.',
        valuePlace(tag),
      );
      return;
    }
    const offset = range.offset ?? before;
    if (offset !== undefined) this.#lastEnd = offset + range.length;
    else if (!this.#hasSkip || this.#fragments > 1) {
      const message = 'The byte range has no offset, and the fragment before it is no range of the same resource.';
      this.#report('error', 'byte-range-without-offset', message, valuePlace(tag));
    }
    if (before === undefined || range.offset === undefined || range.offset >= before) return;
    const message = `The byte range begins at ${range.offset}, before the end of the one above it at ${before}.`;
    this.#report('warning', 'overlapping-byte-range', message, valuePlace(tag));
  }

  end(): void {
    this.#loseFragment();
    for (const [name, tag] of this.#pending) {
      const code = LOST_TAGS[name];
      if (code !== undefined) this.#report('warning', code, `No fragment follows this #${name}.`, tag);
    }
    if (this.#start === undefined || this.#hasSkip || this.#start.offsetS <= this.#totalS) return;
    const { tag, column } = this.#start;
    const message = `The start lies outside the playlist, which lasts ${Number(this.#totalS.toFixed(3))} s.`;
    this.#report('warning', 'start-outside', message, { line: tag.line, column });
  }
}

/** A date below the last fragment is that of the next one of a live stream. */
const LOST_TAGS: Readonly<Record<string, string>> = {
  'EXT-X-GAP': 'gap-without-fragment',
  'EXT-X-BYTERANGE': 'byte-range-without-fragment',
};

/** The target duration, the type and the end (RFC 8216bis §4.4.3). */
export class PlaylistRules implements Rule {
  readonly #report: Report;
  readonly #first: TagLine | UriLine | undefined;
  #hasTargetDuration = false;
  #vod: TagLine | undefined;
  #hasEnd = false;
  readonly checks = {
    'EXT-X-TARGETDURATION': (tag: TagLine): void => {
      this.#hasTargetDuration = true;
      if (readInteger(tag.value) !== undefined) return;
      const message = '#EXT-X-TARGETDURATION is not a whole number of seconds.';
      this.#report('error', 'bad-target-duration', message, valuePlace(tag));
    },
    'EXT-X-PLAYLIST-TYPE': (tag: TagLine): void => {
      if (tag.value === 'VOD') this.#vod ??= tag;
      else if (tag.value !== 'EVENT') {
        this.#report('error', 'bad-value', '#EXT-X-PLAYLIST-TYPE is neither VOD nor EVENT.', valuePlace(tag));
      }
    },
    'EXT-X-ENDLIST': (): void => {
      this.#hasEnd = true;
    },
  };

  constructor(first: TagLine | UriLine | undefined, report: Report) {
    this.#first = first;
    this.#report = report;
  }

  end(): void {
    if (!this.#hasTargetDuration) {
      const place = { line: this.#first?.line ?? 1, column: 1 };
      this.#report('error', 'missing-target-duration', 'The playlist has no #EXT-X-TARGETDURATION.', place);
    }
    if (this.#vod === undefined || this.#hasEnd) return;
    const message = 'A playlist of the type VOD never changes, but no #EXT-X-ENDLIST ends it.';
    this.#report('warning', 'vod-without-end', message, this.#vod);
  }
}
