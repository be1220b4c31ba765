import type { JobProfile } from '../jobs/record.ts';

/** Scheme of the documents that a comparison is opened as; nothing lies there, the query says what is compared. */
export const COMPARISON_SCHEME = 'hotframe-diff';

/** One side of a comparison. */
export interface ComparisonSide {
  /** URI of the profile's file. */
  uri: string;
  /** What people call it. */
  name: string;
}

/** Two profiles, the first one being what the second is compared with. */
export interface Comparison {
  before: ComparisonSide;
  after: ComparisonSide;
}

/** The parts of the URI of a comparison. Its last segment is what the tab says: `a ↔ b`. */
export function comparisonUri({ before, after }: Comparison): { scheme: string; path: string; query: string } {
  const title = `${before.name} ↔ ${after.name}`.replaceAll(/[/\\]/g, '_');
  return { scheme: COMPARISON_SCHEME, path: `/${title}`, query: JSON.stringify({ before, after }) };
}

/** What the query of such a URI says, or nothing when it is none of ours. */
export function readComparison(query: string): Comparison | undefined {
  let value: unknown;
  try {
    value = JSON.parse(query);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const before = readSide(value, 'before');
  const after = readSide(value, 'after');
  return before && after && { before, after };
}

function readSide(value: unknown, side: string): ComparisonSide | undefined {
  const given: unknown =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === side)?.[1] : undefined;
  if (typeof given !== 'object' || given === null || !('uri' in given) || !('name' in given)) return undefined;
  const { uri, name } = given;
  return typeof uri === 'string' && typeof name === 'string' ? { uri, name } : undefined;
}

/** Whether two profiles can be compared at all: by their units and, of recordings, by what was recorded. */
export function isComparable(one: JobProfile, other: JobProfile): boolean {
  const kinds = [one.kind, other.kind];
  return one.unit === other.unit && (one.kind === other.kind || kinds.includes('attached'));
}

/** How telling a kind of profile is, the best first: a native one sees allocators and system calls. */
const KINDS: readonly JobProfile['kind'][] = ['native', 'cpu', 'attached'];

/**
 * The profiles by which two jobs are compared: of the most telling kind that both have, from their longest runs.
 * @returns nothing when no two can be compared.
 */
export function pairProfiles<T extends { profile: JobProfile }>(
  before: readonly T[],
  after: readonly T[],
): [before: T, after: T] | undefined {
  const pairs = before.flatMap((one) =>
    after.filter((other) => isComparable(one.profile, other.profile)).map((other): [T, T] => [one, other]),
  );
  const rankOf = ([one, other]: [T, T]): number =>
    (one.profile.kind === other.profile.kind ? 0 : KINDS.length) + KINDS.indexOf(one.profile.kind);
  const lengthOf = ([one, other]: [T, T]): number => one.profile.total + other.profile.total;
  return pairs.sort((a, b) => rankOf(a) - rankOf(b) || lengthOf(b) - lengthOf(a))[0];
}
