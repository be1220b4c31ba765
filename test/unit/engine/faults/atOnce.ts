/** Calls `run` for each value, so many at once, and returns what came of them in the order of the values. */
export async function atOnce<T, R>(values: readonly T[], width: number, run: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < values.length) {
      const place = next++;
      results[place] = await run(values[place] as T);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}
