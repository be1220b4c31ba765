import { COLOUR_MODES, type ColourMode } from './colouring.ts';
import { SORT_KEYS, type Sorting } from './functionTable.ts';
import type { TimeRange } from './timeAxis.ts';
import type { Orientation, ViewLook } from './viewport.ts';
import { VIEWS, type ViewName } from './views.ts';

/** What the page remembers while it is hidden. Nodes are those of the call tree; −1 is all of it. */
export interface PageState {
  /** Tells the profile apart from others. */
  profile: string;
  /** Absent until one is chosen: a profile with times begins with the chart. */
  view?: ViewName;
  thread: number;
  orientation: Orientation;
  showIdle: boolean;
  colour: ColourMode;
  search: string;
  isRegex: boolean;
  isTreeShown: boolean;
  /** Panes that are folded away. */
  folded: readonly string[];
  sorting: Sorting;
  /** What the flamegraph shows. */
  look?: ViewLook;
  /** What is shown of the time, and chosen of it. */
  visible?: TimeRange;
  chosen?: TimeRange;
  /** Node that is selected. */
  selected?: number;
  /** A node of the function in the middle of the sandwich. */
  focus?: number;
}

export const initialState: PageState = {
  profile: '',
  thread: 0,
  orientation: 'icicle',
  showIdle: false,
  colour: 'category',
  search: '',
  isRegex: false,
  isTreeShown: false,
  folded: [],
  sorting: { key: 'self', isAscending: false },
};

/** The state without what is of one thread of one profile, and says nothing of another. */
export function withoutPlaces(state: PageState): PageState {
  const kept = { ...state };
  delete kept.look;
  delete kept.selected;
  delete kept.focus;
  return kept;
}

/** The state without what is of one profile. */
export function withoutProfile(state: PageState): PageState {
  const kept = withoutPlaces(state);
  delete kept.visible;
  delete kept.chosen;
  delete kept.view;
  return kept;
}

type Saved = ReadonlyMap<string, unknown>;

/** Reads what was remembered; whatever is missing or of another shape is as in the beginning. */
export function readState(saved: unknown): PageState {
  const values = fieldsOf(saved);
  const state: PageState = {
    profile: textOr(values.get('profile'), ''),
    thread: Math.max(0, nodeIn(values, 'thread') ?? 0),
    orientation: values.get('orientation') === 'flame' ? 'flame' : 'icicle',
    showIdle: values.get('showIdle') === true,
    colour: COLOUR_MODES.find(({ mode }) => mode === values.get('colour'))?.mode ?? initialState.colour,
    search: textOr(values.get('search'), ''),
    isRegex: values.get('isRegex') === true,
    isTreeShown: values.get('isTreeShown') === true,
    folded: readTexts(values.get('folded')),
    sorting: readSorting(fieldsOf(values.get('sorting'))),
  };
  const view = VIEWS.find(({ name }) => name === values.get('view'))?.name;
  const [look, visible, chosen] = [readLook(values), readTime(values, 'visible'), readTime(values, 'chosen')];
  const [selected, focus] = [nodeIn(values, 'selected'), nodeIn(values, 'focus')];
  if (view !== undefined) state.view = view;
  if (look !== undefined) state.look = look;
  if (visible !== undefined) state.visible = visible;
  if (chosen !== undefined) state.chosen = chosen;
  if (selected !== undefined) state.selected = selected;
  if (focus !== undefined) state.focus = focus;
  return state;
}

function readSorting(fields: Saved): Sorting {
  const key = SORT_KEYS.find((name) => name === fields.get('key'));
  return key === undefined ? initialState.sorting : { key, isAscending: fields.get('isAscending') === true };
}

function readLook(values: Saved): ViewLook | undefined {
  const look = fieldsOf(values.get('look'));
  const range = fieldsOf(look.get('range'));
  const [from, to] = [range.get('from'), range.get('to')];
  if (typeof from !== 'number' || typeof to !== 'number' || !(from >= 0 && to > from && to <= 1)) return undefined;
  return { zoom: nodeIn(look, 'zoom') ?? -1, range: { from, to } };
}

function readTime(values: Saved, name: string): TimeRange | undefined {
  const time = fieldsOf(values.get(name));
  const [fromUs, toUs] = [time.get('fromUs'), time.get('toUs')];
  return typeof fromUs === 'number' && typeof toUs === 'number' && toUs > fromUs ? { fromUs, toUs } : undefined;
}

function fieldsOf(value: unknown): Saved {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

/** An index; undefined for anything else, −1 only where it is written so. */
function nodeIn(values: Saved, name: string): number | undefined {
  const value = values.get(name);
  return typeof value === 'number' && Number.isInteger(value) && value >= -1 ? value : undefined;
}

function readTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
