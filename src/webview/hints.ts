import { t } from './l10n.ts';

const WALK = t('Arrow keys walk from frame to frame.');

/** What can be done in the flamegraph. */
export const GRAPH_HINT = `${t('Click a frame to zoom, drag to move, Ctrl and the wheel to zoom.')} ${WALK}`;

/** What can be done in the chart. */
export const CHART_HINT = `${t('Click or Ctrl and the wheel to zoom, drag to move, Shift and drag to count a stretch of time.')} ${WALK}`;

/** What can be done in the sandwich. */
export const SANDWICH_HINT = t('Callers above, callees below. Press 3 to put the selected function into the middle.');

/** What can be done in the table. */
export const TABLE_HINT = t(
  'A search leaves what it finds. Ctrl and Enter opens the source, Ctrl and C copies the function.',
);
