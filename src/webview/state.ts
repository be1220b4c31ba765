import type { Orientation } from './viewport.ts';

/** What the page remembers while it is hidden. Nodes are those of the call tree. */
export interface PageState {
  /** Tells the profile apart from others. */
  profile: string;
  thread: number;
  orientation: Orientation;
  showIdle: boolean;
  search: string;
  isRegex: boolean;
  /** Node that fills the width, or −1. */
  zoom: number;
  /** Node that is selected, −1 for the root, undefined for none. */
  selected?: number;
}

export const initialState: PageState = {
  profile: '',
  thread: 0,
  orientation: 'icicle',
  showIdle: false,
  search: '',
  isRegex: false,
  zoom: -1,
};

/** Reads what was remembered; whatever is missing or of another shape is as in the beginning. */
export function readState(saved: unknown): PageState {
  if (typeof saved !== 'object' || saved === null) return initialState;
  const values = new Map<string, unknown>(Object.entries(saved));
  const selected = values.get('selected');
  return {
    profile: textOr(values.get('profile'), ''),
    thread: nodeOr(values.get('thread'), 0),
    orientation: values.get('orientation') === 'flame' ? 'flame' : 'icicle',
    showIdle: values.get('showIdle') === true,
    search: textOr(values.get('search'), ''),
    isRegex: values.get('isRegex') === true,
    zoom: nodeOr(values.get('zoom'), -1),
    ...(Number.isInteger(selected) ? { selected: nodeOr(selected, -1) } : {}),
  };
}

function nodeOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : fallback;
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
