import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Arm, Claim, Workload } from '../../evidence/claim.ts';
import { readClaim } from '../../evidence/readClaim.ts';
import { reportFolder } from '../../evidence/reportFolder.ts';
import { engineArguments } from '../../evidence/arms/prepareArm.ts';
import { homeFolder } from '../diskFolders.ts';
import { ToolInputError } from '../toolInputs.ts';
import type { ClaimActions } from './claimActions.ts';
import { readClaimDefinition, type ClaimDefinition } from './claimDefinition.ts';
import { shownCommand } from './shownCommand.ts';

const KNOWN = ['claim', 'pairs', 'profileOnly'];

/** The person sees what would run, on what, and where the report goes. */
export async function prepareClaimTool(input: unknown): Promise<vscode.PreparedToolInvocation> {
  const { claim: file } = readInput(input);
  const claim = await readClaim(file);
  const message = new vscode.MarkdownString();
  for (const [title, text] of factsOf(claim, file)) {
    message.appendText(title);
    message.appendCodeblock(text, 'text');
  }
  return {
    invocationMessage: vscode.l10n.t('Testing the claim {0}', claim.id),
    confirmationMessages: { title: vscode.l10n.t('Test the claim {0}?', claim.id), message },
  };
}

function factsOf(claim: Claim, file: string): [title: string, text: string][] {
  const { baseline, candidate, workload, profile } = claim;
  return [
    ...[baseline, candidate].flatMap((arm): [string, string][] =>
      arm === undefined ? [] : [[vscode.l10n.t('Arm {0}, run in {1}:', arm.name, dirname(file)), commandOf(arm)]],
    ),
    ...(workload === undefined
      ? []
      : [[vscode.l10n.t('Workload:'), workloadText(workload)] satisfies [string, string]]),
    ...(profile === undefined ? [] : [[vscode.l10n.t('Profile:'), profile] satisfies [string, string]]),
    [vscode.l10n.t('Report:'), reportFolder(file)],
  ];
}

function commandOf(arm: Arm): string {
  if ('command' in arm) return shownCommand(arm.command);
  return shownCommand(['hotframe', 'download', '{url}', '-o', '{out}', ...engineArguments(arm.engine)]);
}

function workloadText(workload: Workload): string {
  return JSON.stringify(workload, null, 1).replaceAll(/\s*\n\s*/g, ' ');
}

/** Tests the claim and waits for its verdict. A call that is cancelled stops the test; its runs are kept. */
export async function invokeClaimTool(
  input: unknown,
  actions: ClaimActions,
  token: vscode.CancellationToken,
): Promise<unknown> {
  const { claim: file, ...wishes } = readInput(input);
  const test = await actions.start(file, wishes);
  if (test === undefined) throw new Error(vscode.l10n.t('The programs of the claim are not confirmed, and not run.'));
  const listener = token.onCancellationRequested(() => test.stop());
  // It may have been requested meanwhile.
  if (token.isCancellationRequested) test.stop();
  try {
    return await test.ended;
  } finally {
    listener.dispose();
  }
}

function readInput(input: unknown): ClaimDefinition {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ToolInputError('input', 'is not an object');
  }
  const unknown = Object.keys(input).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new ToolInputError(unknown, `is not known; there are ${KNOWN.join(', ')}`);
  return readClaimDefinition(
    { ...input },
    homeFolder()?.uri.fsPath,
    (property, message) => new ToolInputError(property, message),
  );
}
