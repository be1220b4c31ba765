import type { WrittenAttribute } from '../attributes.ts';
import type { Place, TagLine } from '../lines.ts';
import { readDecimal } from '../numbers.ts';
import type { Report, Rule, Written } from './rule.ts';

/** Sums of decimal fractions and rounded figures: a hair is no fault. */
const TOLERANCE_S = 1e-6;

/** Parts, delta updates, hints and what the server offers (RFC 8216bis §4.4.3.7, §4.4.3.8, §4.4.4.9, §4.4.5). */
export class LiveRules implements Rule {
  readonly #report: Report;
  readonly #targetDurationS: number | undefined;
  #partInf: TagLine | undefined;
  #partTargetS: number | undefined;
  #control: { tag: TagLine; attributes: Written } | undefined;
  #skip: TagLine | undefined;
  #firstPart: TagLine | undefined;
  readonly #parts: { durationS: number; place: Place }[] = [];
  readonly #hints = new Set<string>();
  readonly checks;

  constructor(targetDurationS: number | undefined, report: Report) {
    this.#targetDurationS = targetDurationS;
    this.#report = report;
    this.checks = this.#checks();
  }

  #checks() {
    return {
      'EXT-X-PART-INF': (tag: TagLine, attributes: Written): void => {
        this.#partInf ??= tag;
        this.#partTargetS ??= readDecimal(attributes.get('PART-TARGET')?.value ?? '');
      },
      'EXT-X-SERVER-CONTROL': (tag: TagLine, attributes: Written): void => {
        this.#control ??= { tag, attributes };
      },
      'EXT-X-PART': (tag: TagLine, attributes: Written): void => {
        this.#firstPart ??= tag;
        const duration = attributes.get('DURATION');
        const durationS = readDecimal(duration?.value ?? '');
        if (durationS !== undefined && duration !== undefined) this.#parts.push({ durationS, place: duration });
      },
      'EXT-X-SKIP': (tag: TagLine): void => {
        this.#skip ??= tag;
      },
      'EXT-X-PRELOAD-HINT': (tag: TagLine, attributes: Written): void => {
        const type = attributes.get('TYPE')?.value ?? '';
        if (this.#hints.has(type)) {
          this.#report('error', 'duplicate-preload-hint', 'Another hint of the same TYPE stands above.', tag);
        }
        this.#hints.add(type);
      },
      'EXT-X-RENDITION-REPORT': (_: TagLine, attributes: Written): void => {
        const uri = attributes.get('URI');
        if (uri === undefined || !/^[a-z][a-z\d+.-]*:/i.test(uri.value)) return;
        this.#report('warning', 'absolute-rendition-report', 'The URI of a rendition report has to be relative.', uri);
      },
    };
  }

  end(): void {
    this.#judgeParts();
    if (this.#control !== undefined) this.#judgeControl(this.#control.attributes);
    const canSkip = this.#control?.attributes.has('CAN-SKIP-UNTIL') === true;
    if (this.#skip === undefined || canSkip) return;
    const message = 'A delta update stands in a playlist whose #EXT-X-SERVER-CONTROL offers none.';
    this.#report('error', 'skip-without-server-control', message, this.#skip);
  }

  #judgeParts(): void {
    if (this.#firstPart !== undefined && this.#partInf === undefined) {
      const message = 'Parts need #EXT-X-PART-INF, which the playlist has not.';
      this.#report('error', 'part-without-part-inf', message, this.#firstPart);
    }
    if (this.#partInf !== undefined && this.#control?.attributes.has('PART-HOLD-BACK') !== true) {
      const message = 'Parts need an #EXT-X-SERVER-CONTROL with PART-HOLD-BACK.';
      this.#report('error', 'missing-part-hold-back', message, this.#partInf);
    }
    const targetS = this.#partTargetS;
    if (targetS === undefined) return;
    for (const { durationS, place } of this.#parts) {
      if (durationS <= targetS + TOLERANCE_S) continue;
      const message = `The part lasts ${durationS} s, more than the part target of ${targetS} s.`;
      this.#report('error', 'part-above-target', message, place);
    }
  }

  #judgeControl(attributes: Written): void {
    const targetS = this.#targetDurationS;
    const hold = attributes.get('HOLD-BACK');
    const skip = attributes.get('CAN-SKIP-UNTIL');
    const partHold = attributes.get('PART-HOLD-BACK');
    this.#atLeast(hold, { times: 3, of: targetS, unit: 'target durations', code: 'short-hold-back' });
    this.#atLeast(skip, { times: 6, of: targetS, unit: 'target durations', code: 'short-skip-until' });
    this.#atLeast(partHold, { times: 2, of: this.#partTargetS, unit: 'part targets', code: 'short-part-hold-back' });
    const skipDates = attributes.get('CAN-SKIP-DATERANGES');
    if (skipDates?.value !== 'YES' || skip !== undefined) return;
    const message = 'CAN-SKIP-DATERANGES needs CAN-SKIP-UNTIL.';
    const place = { line: skipDates.line, column: skipDates.nameColumn };
    this.#report('error', 'skip-dateranges-without-skip-until', message, place);
  }

  #atLeast(
    attribute: WrittenAttribute | undefined,
    { times, of, unit, code }: { times: number; of: number | undefined; unit: string; code: string },
  ): void {
    const value = readDecimal(attribute?.value ?? '');
    if (attribute === undefined || value === undefined || of === undefined || value >= times * of - TOLERANCE_S) return;
    this.#report(
      'error',
      code,
      `${attribute.name} is less than ${times} ${unit}, ${Number((times * of).toFixed(3))} s.`,
      attribute,
    );
  }
}
