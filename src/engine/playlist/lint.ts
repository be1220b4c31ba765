import { readAttributes } from './attributes.ts';
import type { Attributes } from './attributes.ts';
import { nameKeySystem } from './drm.ts';
import { IDENTITY } from './keys.ts';
import type { Line, Place, TagLine } from './lines.ts';
import type { Finding } from './model.ts';
import { readDecimal, readInteger } from './numbers.ts';

/** Findings of one code that are listed one by one; the rest is counted. */
const MAX_PER_CODE = 50;

/** Tags of RFC 8216bis and those that are widely used beside it. */
const KNOWN_TAGS: ReadonlySet<string> = new Set([
  'EXTM3U',
  'EXTINF',
  'EXT-X-VERSION',
  'EXT-X-INDEPENDENT-SEGMENTS',
  'EXT-X-START',
  'EXT-X-DEFINE',
  'EXT-X-TARGETDURATION',
  'EXT-X-MEDIA-SEQUENCE',
  'EXT-X-DISCONTINUITY-SEQUENCE',
  'EXT-X-ENDLIST',
  'EXT-X-PLAYLIST-TYPE',
  'EXT-X-I-FRAMES-ONLY',
  'EXT-X-PART-INF',
  'EXT-X-SERVER-CONTROL',
  'EXT-X-BYTERANGE',
  'EXT-X-DISCONTINUITY',
  'EXT-X-KEY',
  'EXT-X-MAP',
  'EXT-X-PROGRAM-DATE-TIME',
  'EXT-X-GAP',
  'EXT-X-BITRATE',
  'EXT-X-PART',
  'EXT-X-DATERANGE',
  'EXT-X-SKIP',
  'EXT-X-PRELOAD-HINT',
  'EXT-X-RENDITION-REPORT',
  'EXT-X-MEDIA',
  'EXT-X-STREAM-INF',
  'EXT-X-I-FRAME-STREAM-INF',
  'EXT-X-SESSION-DATA',
  'EXT-X-SESSION-KEY',
  'EXT-X-CONTENT-STEERING',
  'EXT-X-ALLOW-CACHE',
  'EXT-X-CUE',
  'EXT-X-CUE-OUT',
  'EXT-X-CUE-OUT-CONT',
  'EXT-X-CUE-IN',
  'EXT-X-SCTE35',
  'EXT-OATCLS-SCTE35',
  'EXT-X-ASSET',
  'EXT-X-PREFETCH',
  'EXT-X-PREFETCH-DISCONTINUITY',
]);

/**
 * What a playlist's lines break or hold that a person should know. Variables are not substituted. Pure, linear, never
 * throws.
 */
export function lintLines(lines: readonly Line[], kind: 'multivariant' | 'media'): Finding[] {
  const lint = new Lint();
  for (const line of lines) if (line.kind === 'tag') lint.check(line);
  if (kind === 'media' && !lint.hasTargetDuration) {
    const place = { line: lines[0]?.line ?? 1, column: 1 };
    lint.report('error', 'missing-target-duration', 'The playlist has no #EXT-X-TARGETDURATION.', place);
  }
  return lint.findings;
}

class Lint {
  readonly findings: Finding[] = [];
  hasTargetDuration = false;
  #targetDurationS: number | undefined;
  /** Type, group and name of every rendition so far. */
  readonly #renditions = new Set<string>();

  check(tag: TagLine): void {
    if (!KNOWN_TAGS.has(tag.name)) {
      this.report('info', 'unknown-tag', `#${tag.name.slice(0, 60)} is not known; it is ignored.`, tag);
      return;
    }
    switch (tag.name) {
      case 'EXT-X-TARGETDURATION': {
        this.#targetDuration(tag);
        return;
      }
      case 'EXTINF': {
        this.#duration(tag);
        return;
      }
      case 'EXT-X-DEFINE': {
        this.#define(tag, attributesOf(tag));
        return;
      }
      case 'EXT-X-KEY':
      case 'EXT-X-SESSION-KEY': {
        this.#key(attributesOf(tag));
        return;
      }
      case 'EXT-X-MEDIA': {
        this.#rendition(tag, attributesOf(tag));
        return;
      }
      case 'EXT-X-STREAM-INF':
      case 'EXT-X-I-FRAME-STREAM-INF': {
        this.#bandwidth(tag, attributesOf(tag));
        return;
      }
    }
  }

  #targetDuration(tag: TagLine): void {
    this.hasTargetDuration = true;
    this.#targetDurationS ??= readDecimal(tag.value);
    if (readInteger(tag.value) === undefined) {
      const place = { line: tag.line, column: tag.valueColumn };
      this.report('error', 'bad-target-duration', '#EXT-X-TARGETDURATION is not a whole number of seconds.', place);
    }
  }

  #duration(tag: TagLine): void {
    const duration = readDecimal(tag.value.split(',', 1)[0]?.trim() ?? '');
    const target = this.#targetDurationS;
    if (duration === undefined || target === undefined || Math.round(duration) <= target) return;
    const message = `The fragment lasts ${duration} s, more than the target duration of ${target} s.`;
    this.report('warning', 'duration-above-target', message, { line: tag.line, column: tag.valueColumn });
  }

  #define(tag: TagLine, attributes: Attributes): void {
    if (attributes.has('NAME') ? attributes.has('VALUE') : attributes.has('IMPORT') || attributes.has('QUERYPARAM'))
      return;
    this.report('error', 'define-without-value', '#EXT-X-DEFINE gives no value.', tag);
  }

  #key(attributes: Attributes): void {
    const format = attributes.get('KEYFORMAT');
    if (format === undefined || format.value === IDENTITY || format.value === '') return;
    this.report('warning', 'drm-key-format', `The key belongs to ${nameKeySystem(format.value)}.`, format);
  }

  #rendition(tag: TagLine, attributes: Attributes): void {
    const name = attributes.get('NAME');
    if (name === undefined) {
      this.report('error', 'missing-name', '#EXT-X-MEDIA has no NAME.', tag);
      return;
    }
    const identity = JSON.stringify([attributes.get('TYPE')?.value, attributes.get('GROUP-ID')?.value, name.value]);
    if (this.#renditions.has(identity)) {
      const message = `Another rendition of the group is named “${name.value.slice(0, 60)}” too.`;
      this.report('error', 'duplicate-rendition-name', message, name);
    }
    this.#renditions.add(identity);
  }

  #bandwidth(tag: TagLine, attributes: Attributes): void {
    const bandwidth = attributes.get('BANDWIDTH');
    if (readInteger(bandwidth?.value ?? '') !== undefined) return;
    this.report('error', 'missing-bandwidth', `#${tag.name} has no valid BANDWIDTH.`, bandwidth ?? tag);
  }

  report(severity: Finding['severity'], code: string, message: string, place: Place): void {
    this.findings.push({ severity, code, message, line: place.line, column: place.column });
  }
}

function attributesOf(tag: TagLine): Attributes {
  return readAttributes(tag, (text) => text);
}

/** The findings in the order of the text, at most 50 of a code; the last of a longer list says how many more there are. */
export function arrangeFindings(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  const seen = new Map<string, number>();
  const kept: Finding[] = [];
  for (const finding of findings.toSorted((a, b) => a.line - b.line || a.column - b.column)) {
    const place = (seen.get(finding.code) ?? 0) + 1;
    seen.set(finding.code, place);
    const more = (counts.get(finding.code) ?? 0) - MAX_PER_CODE;
    if (place < MAX_PER_CODE || (place === MAX_PER_CODE && more === 0)) kept.push(finding);
    else if (place === MAX_PER_CODE)
      kept.push({ ...finding, message: `${finding.message} (and ${more} more like this)` });
  }
  return kept;
}
