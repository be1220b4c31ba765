import type { Attributes } from './attributes.ts';
import type { DateRange } from './model.ts';
import { readDecimal } from './numbers.ts';

/** Attributes that have a field of their own. */
const FIELDS: ReadonlySet<string> = new Set(['ID', 'CLASS', 'START-DATE', 'END-DATE', 'DURATION']);

/** Gathers EXT-X-DATERANGE tags; those with one ID are one range (RFC 8216bis §4.4.5.1). */
export class DateRanges {
  readonly #byId = new Map<string, Map<string, string>>();

  /** Of an attribute that is given twice with different values the first counts. Tags without an ID are left out. */
  add(attributes: Attributes): void {
    const id = attributes.get('ID')?.value ?? '';
    if (id === '') return;
    let known = this.#byId.get(id);
    if (known === undefined) {
      known = new Map<string, string>();
      this.#byId.set(id, known);
    }
    for (const [name, { value }] of attributes) if (!known.has(name)) known.set(name, value);
  }

  /** In the order in which their IDs first appear; undefined when there are none. */
  list(): readonly DateRange[] | undefined {
    return this.#byId.size === 0 ? undefined : [...this.#byId].map(([id, values]) => toDateRange(id, values));
  }
}

/**
 * The date ranges of a reading that is a delta update, made whole from those before it: without those that are `removed`, each that
 * both have as `mergeDateRange` makes it. Pure.
 */
export function updateDateRanges(
  known: readonly DateRange[],
  fresh: readonly DateRange[],
  removed: readonly string[] = [],
): readonly DateRange[] {
  const gone = new Set(removed);
  const byId = new Map(known.filter(({ id }) => !gone.has(id)).map((range) => [range.id, range]));
  for (const range of fresh) byId.set(range.id, mergeDateRange(byId.get(range.id), range));
  return [...byId.values()];
}

/** A range of two readings: all that either says of it, of two values the newer. Pure. */
export function mergeDateRange(known: DateRange | undefined, fresh: DateRange): DateRange {
  if (known === undefined) return fresh;
  return { ...known, ...fresh, attributes: { ...known.attributes, ...fresh.attributes } };
}

function toDateRange(id: string, values: ReadonlyMap<string, string>): DateRange {
  const className = values.get('CLASS');
  const startDate = readDate(values.get('START-DATE'));
  const endDate = readDate(values.get('END-DATE'));
  const durationS = readDecimal(values.get('DURATION') ?? '');
  return {
    id,
    ...(className === undefined ? {} : { class: className }),
    ...(startDate === undefined ? {} : { startDate }),
    ...(endDate === undefined ? {} : { endDate }),
    ...(durationS === undefined ? {} : { durationS }),
    // Not by assignment: a name such as `__PROTO__` is the playlist's to choose.
    attributes: Object.fromEntries([...values].filter(([name]) => !FIELDS.has(name))),
  };
}

/** ISO 8601 in UTC; undefined for what is no date. */
function readDate(text: string | undefined): string | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
