import { readByteRange, readDecimal, readInteger, readOffset, readResolution } from '../numbers.ts';

/** What an attribute's value has to be (RFC 8216bis §4.2). */
export interface AttributeRule {
  /** For people: "a decimal integer". */
  what: string;
  isQuoted: boolean;
  /** The words that it can be, or of which it is a list, where they are known. */
  values?: readonly string[];
  isValid(value: string): boolean;
  isRequired?: boolean;
  /** Its value has a finding of its own. */
  isJudgedApart?: boolean;
}

const quoted = (what: string, isValid: (value: string) => boolean): AttributeRule => ({
  what,
  isQuoted: true,
  isValid,
});
const bare = (what: string, isValid: (value: string) => boolean): AttributeRule => ({ what, isQuoted: false, isValid });

export const TEXT = quoted('a quoted string', () => true);
export const URI = quoted('a quoted URI', (value) => value !== '');
export const DATE = quoted('a quoted date of ISO 8601', (value) => !Number.isNaN(Date.parse(value)));
export const BYTE_RANGE = quoted('a quoted byte range', (value) => readByteRange(value) !== undefined);
/** STABLE-VARIANT-ID, STABLE-RENDITION-ID (RFC 8216bis §4.4.6.1). */
export const STABLE_ID = quoted('a quoted string of the characters of URIs', (value) => /^[\w+/=.-]+$/.test(value));
export const PATHWAY_ID = quoted('a quoted string of letters, digits, “.”, “-” and “_”', (value) =>
  /^[\w.-]+$/.test(value),
);
export const VERSIONS = quoted('quoted versions such as "1/2"', (value) => /^[1-9]\d*(?:\/[1-9]\d*)*$/.test(value));
export const VARIABLE_NAME = quoted('a quoted name of letters, digits, “-” and “_”', (value) => /^[\w-]+$/.test(value));
export const INSTREAM_ID = quoted('CC1 to CC4 or SERVICE1 to SERVICE63, quoted', (value) =>
  /^(?:CC[1-4]|SERVICE(?:[1-9]|[1-5]\d|6[0-3]))$/.test(value),
);
export const INTEGER = bare('a whole number', (value) => readInteger(value) !== undefined || /^\d{1,20}$/.test(value));
export const DECIMAL = bare('a number that is not negative', (value) => readDecimal(value) !== undefined);
export const POSITIVE = bare('a number above 0', (value) => Number(readDecimal(value)) > 0);
export const SIGNED = bare('a number', (value) => readOffset(value) !== undefined);
export const HEXADECIMAL = bare('a hexadecimal number', (value) => /^0[xX][\dA-Fa-f]+$/.test(value));
export const RESOLUTION = bare('a resolution such as 1920x1080', (value) => readResolution(value) !== undefined);
export const YES_OR_NO: AttributeRule = oneOf('YES', 'NO');
/** A key's method; an unknown one is not a matter of form. */
export const KEY_METHOD: AttributeRule = {
  ...bare('a word without quotes', (value) => /^[^\s",]+$/.test(value)),
  values: ['NONE', 'AES-128', 'SAMPLE-AES', 'SAMPLE-AES-CTR'],
};

/** An enumerated string. */
export function oneOf(...values: string[]): AttributeRule {
  return { ...bare(values.join(' or '), (value) => values.includes(value)), values };
}

/** A list of enumerated strings, which is quoted. */
export function listOf(...values: string[]): AttributeRule {
  const isValid = (list: string): boolean => list.split(',').every((value) => values.includes(value.trim()));
  return { ...quoted(`a quoted list of ${values.join(', ')}`, isValid), values };
}

/** An attribute whose value other rules judge. */
export function judgedApart(rule: AttributeRule): AttributeRule {
  return { ...rule, isJudgedApart: true };
}

export function required(rule: AttributeRule): AttributeRule {
  return { ...rule, isRequired: true };
}
