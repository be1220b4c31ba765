import { basename } from 'node:path';
import { l10n } from 'vscode';
import type { ClaimState } from '../../evidence/claimState.ts';
import type { GateVerdict } from '../../evidence/gateVerdict.ts';
import { METRICS } from '../../evidence/metrics.ts';
import { formatChange, formatInterval } from '../../evidence/report/words.ts';
import type { RunProgress, TestProgress } from '../../evidence/testProgress.ts';
import { formatClock } from '../figures.ts';
import { asSentence } from '../sentences.ts';
import { canBeTested, type ClaimEntry, type ReadClaim } from './claimReading.ts';
import type { RunningTest } from './claimTests.ts';
import { translated } from '../translated.ts';

/** What a person calls a claim: `F4 Streaming fragment writes`; a file that is none by its name. */
export function claimLabel(entry: ClaimEntry): string {
  return entry.kind === 'broken' ? basename(entry.file) : `${entry.claim.id} ${entry.claim.title}`;
}

/** What stands beside a claim. */
export function claimText(entry: ClaimEntry, running?: RunningTest): string {
  if (running !== undefined) return runningText(running);
  if (entry.kind === 'broken') return translated(entry.problem);
  if (entry.recordProblem !== undefined)
    return l10n.t('its record cannot be used: {0}', translated(entry.recordProblem));
  if (entry.state.state === 'untested' && !canBeTested(entry)) return l10n.t('names neither a workload nor a profile');
  return stateText(entry.state, entry.verdict === undefined);
}

function stateText(state: ClaimState, isByProfile: boolean): string {
  switch (state.state) {
    case 'untested':
      if (state.pairsDone === 0) return l10n.t('untested');
      return state.pairsDone === 1
        ? l10n.t('stopped after 1 pair')
        : l10n.t('stopped after {0} pairs', state.pairsDone);
    case 'stale':
      return l10n.t('stale: {0} · was {1}', state.why, state.was);
    case 'revisit':
    case 'no-op':
    case 'inconclusive':
      return isByProfile ? l10n.t('{0}, by its profile', state.state) : state.sentence;
  }
}

/** What a test is at: `7 of 12 pairs · wall time −1.2 % [−3.0 %, +0.4 %] · 0:42 left`. */
export function runningText({ progress, isStopping }: Pick<RunningTest, 'progress' | 'isStopping'>): string {
  if (isStopping) return l10n.t('stopping…');
  return progress === undefined ? l10n.t('starting') : progressText(progress);
}

/** As `runningText`, of what was told last. */
export function progressText(progress: TestProgress): string {
  switch (progress.doing) {
    case 'waiting':
      return progress.pid === undefined
        ? l10n.t('waiting for another test on this machine to end')
        : l10n.t('waiting for another test on this machine to end (process {0})', progress.pid);
    case 'warmUp':
      return l10n.t('warming up: {0}', progress.arm);
    case 'profile':
      return l10n.t('profiling: {0}', progress.arm);
    case 'allocations':
      return l10n.t('counting allocations: {0}', progress.arm);
    case 'timed':
      return pairsText(progress);
  }
}

function pairsText({ pairsDone, pairsDeclared, metric, ratio, interval, remainingMs, noisyRuns }: RunProgress): string {
  const parts = [
    pairsDeclared === undefined
      ? l10n.t('{0} pairs; their noise says how many are needed', pairsDone)
      : l10n.t('{0} of {1} pairs', pairsDone, pairsDeclared),
  ];
  if (ratio !== undefined) {
    const range = interval === undefined ? '' : ` ${formatInterval(interval)}`;
    parts.push(`${METRICS[metric].title} ${formatChange(ratio)}${range}`);
  }
  if (remainingMs !== undefined) parts.push(l10n.t('{0} left', formatClock(remainingMs / 1000)));
  if (noisyRuns > 0) parts.push(l10n.t('{0} noisy', noisyRuns));
  return parts.join(' · ');
}

/** Both readings of the gate, a line each. */
export function gateLines({ literal, owned }: Pick<GateVerdict, 'literal' | 'owned'>): string[] {
  const answer = (hit: boolean): string => (hit ? l10n.t('yes') : l10n.t('no'));
  return [
    l10n.t('literal: {0}, {1}', answer(literal.hit), literal.sentence),
    l10n.t('owned: {0}, {1}', answer(owned.hit), owned.sentence),
  ];
}

/** What a tooltip says of a claim's state, as sentences. */
export function outcomeLines({ state, recordProblem }: ReadClaim): string[] {
  if (recordProblem !== undefined) return [asSentence(translated(recordProblem))];
  switch (state.state) {
    case 'untested':
      return [];
    case 'stale':
      return [
        asSentence(state.sentence),
        l10n.t('This is stale: {0}. Test the claim again to know what holds now.', translated(state.why)),
      ];
    case 'revisit':
    case 'no-op':
    case 'inconclusive':
      return [asSentence(state.sentence)];
  }
}
