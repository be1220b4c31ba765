import { formatWeight } from './format.ts';
import { GRAPH_HINT } from './hints.ts';
import { GraphView } from './graphView.ts';
import type { Theme } from './theme.ts';
import { TreeBoxes } from './treeBoxes.ts';
import type { ViewListener } from './view.ts';
import { t } from './l10n.ts';

/** All stacks merged, the heaviest at the left. */
export function createFlameView(theme: Theme, listener: ViewListener): GraphView {
  const kind = {
    name: 'flame' as const,
    hint: GRAPH_HINT,
    label: t('Flamegraph: merged stacks, the heaviest at the left'),
    contentOf: ({ facts, threadName, unit }: Parameters<GraphView['show']>[0]) => ({
      space: new TreeBoxes(facts.tree.parent, facts.layout),
      root: { kind: 'label' as const, text: `${threadName} · ${formatWeight(facts.weight, unit)}` },
    }),
  };
  return new GraphView(kind, theme, listener);
}
