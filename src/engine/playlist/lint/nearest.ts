/**
 * The name that is most like `name`, where it can be a slip of the pen: a quarter of its letters, and at least one, may be
 * wrong, missing or too many. `prefix` is what all have in common and does not count.
 */
export function nearestName(name: string, names: Iterable<string>, prefix = ''): string | undefined {
  const word = withoutPrefix(name, prefix).toUpperCase();
  let limit = Math.max(1, Math.floor(word.length / 4));
  let nearest: string | undefined;
  for (const candidate of names) {
    const distance = editDistance(word, withoutPrefix(candidate, prefix).toUpperCase(), limit);
    if (distance > limit || candidate === name) continue;
    nearest = candidate;
    limit = distance - 1;
  }
  return nearest;
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** Letters to change, add or drop; above `limit` some number above it. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
