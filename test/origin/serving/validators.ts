import { createHash } from 'node:crypto';

/** By what a client knows a resource again (RFC 9110 §8.8). */
export const VALIDATORS = ['strong', 'weak', 'modified'] as const;

export type ValidatorKind = (typeof VALIDATORS)[number];

export interface Validators {
  etag?: string;
  /** An HTTP date. */
  'last-modified'?: string;
}

const EPOCH_MS = Date.UTC(2024, 0, 1);
const YEAR_S = 31_536_000;

/** The validators of whatever the parts identify: an ETag, strong or weak, or only the time of its last change. */
export function validatorsOf(kind: ValidatorKind | undefined, ...parts: readonly unknown[]): Validators {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  switch (kind) {
    case undefined:
      return {};
    case 'strong':
      return { etag: `"${hash.slice(0, 16)}"` };
    case 'weak':
      return { etag: `W/"${hash.slice(0, 16)}"` };
    case 'modified':
      return {
        'last-modified': new Date(EPOCH_MS + (Number.parseInt(hash.slice(0, 8), 16) % YEAR_S) * 1000).toUTCString(),
      };
  }
}

/** Whether an If-Range header with that value holds (RFC 9110 §13.1.5): never for a weak ETag. */
export function holdsIfRange(value: string | undefined, validators: Validators): boolean {
  if (value === undefined) return true;
  if (value.startsWith('W/')) return false;
  return value === validators.etag || value === validators['last-modified'];
}
