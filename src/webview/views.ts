/** Ways to look at a profile. */
export const VIEWS = [
  { name: 'flame', label: 'Flamegraph', key: '2', title: 'All samples merged, the heaviest at the left' },
] as const satisfies readonly { name: string; label: string; key: string; title: string }[];

/** What the stack of panes is arranged for. */
export type ViewName = (typeof VIEWS)[number]['name'];
