import type { Basis } from '../profile/diffTree.ts';
import type { Orientation } from './viewport.ts';

/** What the page of a difference remembers while it is hidden. */
export interface DiffState {
  basis: Basis;
  orientation: Orientation;
  search: string;
  isRegex: boolean;
  /** Node that is selected. */
  selected?: number;
  /** Node that fills the width, or −1. */
  zoom: number;
}

/** Reads what was remembered; whatever is missing or of another shape is as in the beginning. */
export function readDiffState(saved: unknown): DiffState {
  const values = new Map<string, unknown>(typeof saved === 'object' && saved !== null ? Object.entries(saved) : []);
  const [search, selected, zoom] = [values.get('search'), values.get('selected'), values.get('zoom')];
  return {
    basis: values.get('basis') === 'weight' ? 'weight' : 'share',
    orientation: values.get('orientation') === 'flame' ? 'flame' : 'icicle',
    search: typeof search === 'string' ? search : '',
    isRegex: values.get('isRegex') === true,
    ...(isNode(selected) ? { selected } : {}),
    zoom: isNode(zoom) ? zoom : -1,
  };
}

function isNode(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
