import type { WrittenAttribute } from '../attributes.ts';
import type { Place, TagLine, UriLine } from '../lines.ts';
import type { Finding } from '../model.ts';

/** Tells a finding; `expected` is what should stand there instead. */
export type Report = (
  severity: Finding['severity'],
  code: string,
  message: string,
  place: Place,
  expected?: string,
) => void;

/** The attributes of a tag as they are written, of those given twice the last. */
export type Written = ReadonlyMap<string, WrittenAttribute>;

/** Judges one tag. */
export type Check = (tag: TagLine, attributes: Written) => void;

/** One matter of the lint: sees the tags that it names in the order of the text, then the end. */
export interface Rule {
  checks: Readonly<Record<string, Check>>;
  /** Every URI line. */
  uri?: (line: UriLine) => void;
  end?: () => void;
}

/** Where a tag's value begins. */
export function valuePlace(tag: TagLine): Place {
  return { line: tag.line, column: tag.valueColumn };
}

/** The value, unless it holds a variable: what that stands for is not known here. */
export function plainValue(attributes: Written, name: string): string | undefined {
  const value = attributes.get(name)?.value;
  return value?.includes('{$') === true ? undefined : value;
}
