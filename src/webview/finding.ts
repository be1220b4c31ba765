import type { Matches } from '../profile/layout.ts';
import type { Colouring } from './colouring.ts';
import type { Facts, FunctionKey } from './facts.ts';

/** What is to stand out. */
export type Wanted =
  { kind: 'query'; query: string | RegExp } | { kind: 'function'; key: FunctionKey } | { kind: 'group'; group: number };

/** The nodes that are to stand out, and the weight of the samples that they are in. */
export function findWanted(facts: Facts, colouring: Colouring, wanted: Wanted): Matches {
  switch (wanted.kind) {
    case 'query':
      return facts.search(wanted.query);
    case 'function':
      return facts.nodesOfFunction(wanted.key);
    case 'group':
      return facts.nodesWhere((node) => colouring.group[node] === wanted.group);
  }
}
