/**
 * Runs `work` for each item in order, at most `width` at once. The first failure stops the start of new work, waits for
 * what runs (which `stop` should end quickly) and is thrown.
 */
export async function runWindow<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
  stop: (reason: unknown) => void,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const item = items[next++] as T;
      try {
        await work(item);
      } catch (error) {
        if (failures.push(error) === 1) stop(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
