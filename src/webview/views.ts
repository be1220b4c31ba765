import { t } from './l10n.ts';

/** Ways to look at a profile, in the order of the toolbar; the key chooses one from anywhere in the page. */
export const VIEWS = [
  { name: 'chart', label: t('Flame Chart'), key: '1', title: t('Stacks by time, from left to right') },
  { name: 'flame', label: t('Flamegraph'), key: '2', title: t('All stacks merged, the heaviest at the left') },
  { name: 'sandwich', label: t('Sandwich'), key: '3', title: t('Callers and callees of the selected function') },
  { name: 'table', label: t('Functions'), key: '4', title: t('All functions in a table') },
] as const satisfies readonly { name: string; label: string; key: string; title: string }[];

/** What the stack of panes is arranged for. */
export type ViewName = (typeof VIEWS)[number]['name'];
