import { CAUSES, type Cause, type Times } from '../profile/bottleneck.ts';
import { formatShare } from './format.ts';
import type { Family } from './palette.ts';
import { t } from './l10n.ts';

/** How what time went to is called and coloured. */
export const CAUSE_LOOKS: Readonly<Record<Cause, { label: string; family: Family; isIdle: boolean }>> = {
  cpu: { label: t('CPU'), family: 'code', isIdle: false },
  decrypt: { label: t('decryption'), family: 'crypto', isIdle: false },
  disk: { label: t('disk'), family: 'memory', isIdle: false },
  origin: { label: t('origin’s first byte'), family: 'protocol', isIdle: true },
  connections: { label: t('connections'), family: 'copy', isIdle: true },
  bandwidth: { label: t('bytes of bodies'), family: 'io', isIdle: true },
  flowControl: { label: t('HTTP/2 flow control'), family: 'gc', isIdle: true },
  order: { label: t('an earlier fragment'), family: 'runtime', isIdle: true },
  rate: { label: t('the rate that is set'), family: 'other', isIdle: true },
  backOff: { label: t('back-off'), family: 'gc', isIdle: true },
  live: { label: t('the broadcast'), family: 'other', isIdle: true },
  finishing: { label: t('finishing'), family: 'other', isIdle: true },
};

/** Below, a cause is not worth a word. */
const LEAST_SHARE = 0.01;

/** What a stretch of time went to, the most first: `Limited by CPU 62 % · idle 31 %: bytes of bodies 20 %, …`. */
export function sentenceOf(times: Times): string {
  const all = CAUSES.reduce((sum, cause) => sum + (times[cause] ?? 0), 0);
  if (all <= 0) return '';
  const known = CAUSES.filter((cause) => (times[cause] ?? 0) >= all * LEAST_SHARE);
  const ranked = known.sort((a, b) => (times[b] ?? 0) - (times[a] ?? 0));
  const textOf = (cause: Cause): string => `${CAUSE_LOOKS[cause].label} ${formatShare(times[cause] ?? 0, all)}`;
  const busy = ranked.filter((cause) => !CAUSE_LOOKS[cause].isIdle).map(textOf);
  const idle = ranked.filter((cause) => CAUSE_LOOKS[cause].isIdle);
  const idleMs = idle.reduce((sum, cause) => sum + (times[cause] ?? 0), 0);
  const waits =
    idle.length === 0 ? [] : [t('idle {0}, waiting for {1}', formatShare(idleMs, all), idle.map(textOf).join(', '))];
  const [most] = ranked;
  return [...(most === undefined ? [] : [t('Limited by {0}', CAUSE_LOOKS[most].label)]), ...busy, ...waits].join(' · ');
}
