import type { WrittenAttribute } from '../attributes.ts';
import type { Place, TagLine, UriLine } from '../lines.ts';
import { readDecimal, readInteger } from '../numbers.ts';
import { INSTREAM_ID } from './attributeTypes.ts';
import type { Report, Rule, Written } from './rule.ts';
import { plainValue } from './rule.ts';

const GROUP_ATTRIBUTES = ['AUDIO', 'VIDEO', 'SUBTITLES', 'CLOSED-CAPTIONS'] as const;

/** EXT-X-MEDIA and the groups that it makes up (RFC 8216bis §4.4.6.1). */
export class RenditionRules implements Rule {
  readonly #report: Report;
  /** Type, group and name of every rendition so far. */
  readonly #names = new Set<string>();
  /** Type and group of those that have a default. */
  readonly #defaults = new Set<string>();
  /** Type and group, the first that names it. */
  readonly #groups = new Map<string, WrittenAttribute>();
  readonly #uses = new Map<string, WrittenAttribute>();
  #captionsNone: WrittenAttribute | undefined;
  #captionsOther: Place | undefined;
  readonly checks = {
    'EXT-X-MEDIA': (tag: TagLine, attributes: Written): void => {
      this.#rendition(tag, attributes);
    },
    'EXT-X-STREAM-INF': (tag: TagLine, attributes: Written): void => {
      this.#use(attributes);
      this.#captions(tag, attributes);
    },
    'EXT-X-I-FRAME-STREAM-INF': (_: TagLine, attributes: Written): void => {
      this.#use(attributes);
    },
  };

  constructor(report: Report) {
    this.#report = report;
  }

  #rendition(tag: TagLine, attributes: Written): void {
    const type = attributes.get('TYPE')?.value ?? '';
    const group = attributes.get('GROUP-ID');
    const groupKey = JSON.stringify([type, group?.value]);
    if (group !== undefined && !this.#groups.has(groupKey)) this.#groups.set(groupKey, group);
    this.#name(tag, attributes.get('NAME'), groupKey);
    this.#default(attributes, groupKey);
    this.#ofType(type, tag, attributes);
  }

  #name(tag: TagLine, name: WrittenAttribute | undefined, groupKey: string): void {
    if (name === undefined) {
      this.#report('error', 'missing-name', '#EXT-X-MEDIA has no NAME.', tag);
      return;
    }
    const identity = JSON.stringify([groupKey, name.value]);
    if (this.#names.has(identity)) {
      const message = `Another rendition of the group is named “${name.value.slice(0, 60)}” too.`;
      this.#report('error', 'duplicate-rendition-name', message, name);
    }
    this.#names.add(identity);
  }

  #default(attributes: Written, groupKey: string): void {
    const isDefault = attributes.get('DEFAULT');
    if (isDefault?.value !== 'YES') return;
    if (this.#defaults.has(groupKey)) {
      this.#report('error', 'second-default', 'The group has another rendition with DEFAULT=YES.', isDefault);
    }
    this.#defaults.add(groupKey);
    const autoselect = attributes.get('AUTOSELECT');
    if (autoselect?.value !== 'NO') return;
    const message = 'A rendition with DEFAULT=YES cannot have AUTOSELECT=NO.';
    this.#report('error', 'default-without-autoselect', message, autoselect);
  }

  #ofType(type: string, tag: TagLine, attributes: Written): void {
    const uri = attributes.get('URI');
    const forced = attributes.get('FORCED');
    if (forced !== undefined && type !== 'SUBTITLES') {
      const place = { line: forced.line, column: forced.nameColumn };
      this.#report('error', 'forced-without-subtitles', 'FORCED is for subtitles alone.', place);
    }
    if (type === 'SUBTITLES' && uri === undefined) {
      this.#report('error', 'subtitles-without-uri', 'Subtitles need a URI.', tag);
    }
    if (type !== 'CLOSED-CAPTIONS') return;
    if (uri !== undefined) {
      const place = { line: uri.line, column: uri.nameColumn };
      this.#report('error', 'closed-captions-with-uri', 'Closed captions are in the video and have no URI.', place);
    }
    const instream = attributes.get('INSTREAM-ID');
    if (instream === undefined) {
      this.#report('error', 'missing-attribute', 'Closed captions need an INSTREAM-ID.', tag);
    } else if (plainValue(attributes, 'INSTREAM-ID') !== undefined && !INSTREAM_ID.isValid(instream.value)) {
      this.#report('error', 'bad-attribute', `INSTREAM-ID is not ${INSTREAM_ID.what}.`, instream);
    }
  }

  #use(attributes: Written): void {
    for (const name of GROUP_ATTRIBUTES) {
      const group = attributes.get(name);
      if (group === undefined || (name === 'CLOSED-CAPTIONS' && !group.isQuoted)) continue;
      const key = JSON.stringify([name, group.value]);
      if (!this.#uses.has(key)) this.#uses.set(key, group);
    }
  }

  #captions(tag: TagLine, attributes: Written): void {
    const captions = attributes.get('CLOSED-CAPTIONS');
    if (captions === undefined || captions.isQuoted) {
      this.#captionsOther ??= captions ?? tag;
    } else if (captions.value === 'NONE') this.#captionsNone ??= captions;
    else this.#report('error', 'bad-attribute', 'CLOSED-CAPTIONS is neither a quoted group nor NONE.', captions);
  }

  end(): void {
    for (const [key, group] of this.#uses) {
      if (this.#groups.has(key)) continue;
      const message = `No #EXT-X-MEDIA is of the ${group.name} group “${group.value.slice(0, 60)}”.`;
      this.#report('error', 'unknown-group', message, group);
    }
    for (const [key, group] of this.#groups) {
      if (this.#uses.has(key)) continue;
      this.#report('info', 'unused-group', `No variant uses the group “${group.value.slice(0, 60)}”.`, group);
    }
    if (this.#captionsNone === undefined || this.#captionsOther === undefined) return;
    const message = 'With CLOSED-CAPTIONS=NONE in one variant all others have to have it too.';
    this.#report('error', 'mixed-closed-captions', message, this.#captionsOther);
  }
}

/** EXT-X-STREAM-INF and EXT-X-I-FRAME-STREAM-INF (RFC 8216bis §4.4.6.2, §4.4.6.3), EXT-X-CONTENT-STEERING. */
export class VariantRules implements Rule {
  readonly #report: Report;
  readonly #pathways = new Set<string>();
  #hasVariant = false;
  #steered: WrittenAttribute | undefined;
  #hasScore = false;
  readonly #withoutScore: Place[] = [];
  /** The EXT-X-STREAM-INF whose URI is still to come. */
  #pending: TagLine | undefined;
  readonly checks = {
    'EXT-X-STREAM-INF': (tag: TagLine, attributes: Written): void => {
      this.#loseVariant();
      this.#pending = tag;
      this.#variant(tag, attributes);
      if (attributes.has('CODECS')) return;
      const message = '#EXT-X-STREAM-INF has no CODECS: players have to try what they cannot know.';
      this.#report('info', 'missing-codecs', message, tag);
    },
    'EXT-X-I-FRAME-STREAM-INF': (tag: TagLine, attributes: Written): void => {
      this.#variant(tag, attributes);
    },
    'EXT-X-CONTENT-STEERING': (_: TagLine, attributes: Written): void => {
      this.#steered ??= attributes.get('PATHWAY-ID');
    },
  };

  constructor(report: Report) {
    this.#report = report;
  }

  #variant(tag: TagLine, attributes: Written): void {
    const bandwidth = attributes.get('BANDWIDTH');
    const peak = readInteger(bandwidth?.value ?? '');
    if (peak === undefined) {
      this.#report('error', 'missing-bandwidth', `#${tag.name} has no valid BANDWIDTH.`, bandwidth ?? tag);
    }
    const average = attributes.get('AVERAGE-BANDWIDTH');
    if (average !== undefined && peak !== undefined && Number(readDecimal(average.value)) > peak) {
      const message = 'AVERAGE-BANDWIDTH is above BANDWIDTH, which is the peak.';
      this.#report('warning', 'average-above-peak', message, average);
    }
    this.#hasVariant = true;
    this.#pathways.add(attributes.get('PATHWAY-ID')?.value ?? '.');
    if (attributes.has('SCORE')) this.#hasScore = true;
    else this.#withoutScore.push(tag);
  }

  uri(line: UriLine): void {
    if (this.#pending === undefined) {
      const message = 'No #EXT-X-STREAM-INF stands above this URI; it is ignored.';
      this.#report('error', 'uri-without-stream-inf', message, line);
    }
    this.#pending = undefined;
  }

  #loseVariant(): void {
    if (this.#pending === undefined) return;
    const message = 'No URI follows this #EXT-X-STREAM-INF; the variant is missing.';
    this.#report('error', 'variant-without-uri', message, this.#pending);
  }

  end(): void {
    this.#loseVariant();
    const { value } = this.#steered ?? {};
    if (this.#steered !== undefined && value !== undefined && this.#hasVariant && !this.#pathways.has(value)) {
      this.#report('error', 'unknown-pathway', `No variant is on the pathway “${value.slice(0, 60)}”.`, this.#steered);
    }
    if (!this.#hasScore) return;
    for (const place of this.#withoutScore) {
      this.#report('info', 'missing-score', 'Other variants have a SCORE, this one has none.', place);
    }
  }
}

/** EXT-X-SESSION-DATA (RFC 8216bis §4.4.6.4). */
export class SessionDataRules implements Rule {
  readonly #report: Report;
  readonly #seen = new Set<string>();
  readonly checks = {
    'EXT-X-SESSION-DATA': (tag: TagLine, attributes: Written): void => {
      if (attributes.has('VALUE') === attributes.has('URI')) {
        const message = '#EXT-X-SESSION-DATA has to have either VALUE or URI.';
        this.#report('error', 'session-data-value', message, tag);
      }
      const id = attributes.get('DATA-ID');
      const identity = JSON.stringify([id?.value, attributes.get('LANGUAGE')?.value]);
      if (id !== undefined && this.#seen.has(identity)) {
        const message = 'The same DATA-ID stands above in the same LANGUAGE.';
        this.#report('error', 'duplicate-session-data', message, id);
      }
      this.#seen.add(identity);
    },
  };

  constructor(report: Report) {
    this.#report = report;
  }
}
