/** An object of a file: any key may be there, `__proto__` too, and any value behind it. */
export type Json = Record<string, unknown>;

/** Is this a JSON object (no array, not null)? */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, what is none left out; empty for anything but a list. */
export function objects(value: unknown): Json[] {
  return list(value).filter(isObject);
}

/** A list as it is, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A finite number, or undefined. */
export function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A whole number from 0 that is safe as an index, or undefined. */
export function index(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** A text with something in it, or undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A list inside an object; empty when either is something else. */
export function column(table: unknown, name: string): readonly unknown[] {
  return isObject(table) ? list(table[name]) : [];
}
