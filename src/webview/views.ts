/** Ways to look at a profile, in the order of the toolbar; the key chooses one from anywhere in the page. */
export const VIEWS = [
  { name: 'chart', label: 'Flame Chart', key: '1', title: 'Stacks by time, from left to right' },
  { name: 'flame', label: 'Flamegraph', key: '2', title: 'All stacks merged, the heaviest at the left' },
  { name: 'sandwich', label: 'Sandwich', key: '3', title: 'Callers and callees of the selected function' },
  { name: 'table', label: 'Functions', key: '4', title: 'All functions in a table' },
] as const satisfies readonly { name: string; label: string; key: string; title: string }[];

/** What the stack of panes is arranged for. */
export type ViewName = (typeof VIEWS)[number]['name'];
