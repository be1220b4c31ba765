/** Where in the queue something goes: a place nearer to its turn, a place further from it, or before all others. */
export type Move = 'up' | 'down' | 'top';

/**
 * The order after some of it moved, as a new list. Several move together and keep their order; at the end of the list they
 * stay where they are. What is not in the list is ignored.
 */
export function moveInOrder<T>(order: readonly T[], moved: readonly T[], move: Move): T[] {
  const isMoved = (item: T): boolean => moved.includes(item);
  switch (move) {
    case 'up':
      return shiftUp(order, isMoved);
    case 'down':
      return shiftUp(order.toReversed(), isMoved).toReversed();
    case 'top':
      return [...order.filter(isMoved), ...order.filter((item) => !isMoved(item))];
  }
}

/**
 * The order with some of it put in front of `target`, as a new list; behind all others without one, or when the target
 * itself is moved or is not there. They keep their order.
 */
export function moveBefore<T>(order: readonly T[], moved: readonly T[], target: T | undefined): T[] {
  const rest = order.filter((item) => !moved.includes(item));
  const found = target === undefined ? -1 : rest.indexOf(target);
  const index = found < 0 ? rest.length : found;
  return [...rest.slice(0, index), ...order.filter((item) => moved.includes(item)), ...rest.slice(index)];
}

function shiftUp<T>(order: readonly T[], isMoved: (item: T) => boolean): T[] {
  const shifted: T[] = [];
  for (const item of order) {
    const above = shifted.at(-1);
    // A block that has reached the top does not turn over in itself.
    if (above !== undefined && isMoved(item) && !isMoved(above)) shifted.splice(-1, 1, item, above);
    else shifted.push(item);
  }
  return shifted;
}
