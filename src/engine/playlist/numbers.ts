import type { ByteRange } from './model.ts';

/** A decimal-integer (RFC 8216bis §4.2) up to 2⁵³ − 1; undefined for anything else. */
export function readInteger(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A non-negative decimal number such as `9.009` or `10.`; undefined for anything else. */
export function readDecimal(text: string): number | undefined {
  return /^(?:\d{1,15}(?:\.\d{0,30})?|\.\d{1,30})$/.test(text) ? Number(text) : undefined;
}

/** A decimal number with an optional minus sign (signed-decimal-floating-point, RFC 8216bis §4.2); undefined for anything else. */
export function readOffset(text: string): number | undefined {
  const size = readDecimal(text.startsWith('-') ? text.slice(1) : text);
  return size === undefined || !text.startsWith('-') ? size : -size;
}

/** `<length>[@<offset>]` in bytes (RFC 8216bis §4.4.4.2), `offset` absent where the text has none; undefined when malformed or empty. */
export function readByteRange(text: string): { length: number; offset?: number } | undefined {
  const [lengthText = '', offsetText, ...rest] = text.split('@', 3);
  const length = readInteger(lengthText.trim());
  if (length === undefined || length === 0 || rest.length > 0) return undefined;
  if (offsetText === undefined) return { length };
  const offset = readInteger(offsetText.trim());
  return offset === undefined || !isWithinFile({ offset, length }) ? undefined : { length, offset };
}

/** Whether the range's end can be counted exactly. */
export function isWithinFile(range: ByteRange): boolean {
  return range.offset >= 0 && Number.isSafeInteger(range.offset + range.length);
}

/** `<width>x<height>` in pixels. */
export function readResolution(text: string): { width: number; height: number } | undefined {
  const match = /^(\d{1,6})x(\d{1,6})$/i.exec(text);
  return match === null ? undefined : { width: Number(match[1]), height: Number(match[2]) };
}
