import { exitCodeFor, TransferError, type Resource, type TransferCause } from '../../src/engine/errors.ts';
import { defaultLimits } from '../../src/engine/request.ts';
import { decideRetry, isRefusal } from '../../src/engine/transport/retry.ts';
import { downloadTroubles, type DownloadCode } from './downloadTroubles.ts';
import { claimTroubles, profileTroubles } from './evidenceTroubles.ts';
import { code, plain } from './markdown.ts';
import { transferTroubles } from './transferTroubles.ts';
import type { Trouble, Troubles } from './trouble.ts';

/** Failed transfers, by their cause: what is told, why, how often it is tried, and what to do. */
export function transferSections(): string {
  const causes = Object.keys(transferTroubles) as TransferCause[];
  const sections = causes.map((cause) => section(cause, transferTroubles[cause], triesText(cause)));
  return sections.join('\n\n');
}

/** What else ends a download or an inspection, with its exit code. */
export function downloadSections(): string {
  const codes = Object.keys(downloadTroubles) as DownloadCode[];
  const sections = codes.map((each) => section(each, downloadTroubles[each], `Exit code ${exitCodeFor(each)}.`));
  return sections.join('\n\n');
}

/** What is wrong with profiles. */
export function profileSections(): string {
  return sections(profileTroubles);
}

/** What is wrong with claims. */
export function claimSections(): string {
  return sections(claimTroubles);
}

function sections(troubles: Troubles<string>): string {
  return Object.entries(troubles)
    .map(([each, trouble]) => section(each, trouble, ''))
    .join('\n\n');
}

function section(name: string, { says, why, help }: Trouble, more: string): string {
  const told = says.map((sentence) => `- “${plain(sentence)}”`).join('\n');
  return [`### ${name}`, told, `**Why.** ${why} ${more}`.trim(), `**What helps.** ${help}`].join('\n\n');
}

/** How often a resource of a download that is under way is tried when it fails again and again in this way. */
function triesText(cause: TransferCause): string {
  // By its status: told in its own words.
  if (cause === 'STATUS') return '';
  const tries = triesOf('fragment', cause);
  if (tries === 1) return 'It is not tried again.';
  return `A fragment is tried up to ${tries === defaultLimits.tries ? `${tries} times (${code('--tries')})` : `${tries} times`}.`;
}

function triesOf(resource: Resource, cause: TransferCause): number {
  const error = new TransferError(resource, cause, '', { hint: '' });
  for (let tries = 1; ; tries++) {
    const failed = { error, tries, refusals: isRefusal(error) ? tries : 0, idleMs: 0, isUnderWay: true };
    if (decideRetry(failed, defaultLimits, Math.random).action === 'fail') return tries;
  }
}
