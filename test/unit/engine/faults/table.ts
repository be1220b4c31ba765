import type { Outcome } from './runCase.ts';

/** The outcomes as a table for people: fault, resource, outcome, message, requests, time. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ case: { fault, place, strikes }, ending, message, requests, seconds, problems }) => [
    fault,
    place,
    strikes,
    problems.length > 0 ? `! ${ending}` : ending === 'correct' ? ending : `failed: ${ending}`,
    String(requests),
    seconds.toFixed(2),
    message,
  ]);
  const head = ['fault', 'resource', 'struck', 'outcome', 'requests', 's', 'message'];
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
