import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { commandArms, consentFile, rememberCommands, unconfirmedCommands } from '../../evidence/arms/consent.ts';
import type { Claim, CommandArm } from '../../evidence/claim.ts';
import { shownCommand, shownText } from './shownCommand.ts';

/** What a dialog shows whole on a small screen. */
const SHOWN_LENGTH_MAX = 2000;

/**
 * Has a person confirm the programs that a claim runs, each exact command once, and remembers it where the command line looks too. Whoever
 * wants the test, a person is asked.
 *
 * @returns whether all are confirmed; `false` where the person does not want it
 * @throws Error where the workspace is not trusted, and where a command is too long to be shown whole
 */
export async function confirmCommands(claim: Claim, file: string): Promise<boolean> {
  const arms = commandArms(claim);
  if (arms.length === 0) return true;
  if (!vscode.workspace.isTrusted) {
    throw new Error(
      vscode.l10n.t('The arms of {0} are programs, and programs are run in trusted workspaces only.', claim.id),
    );
  }
  const folder = dirname(file);
  const store = consentFile(process.env);
  const unconfirmed = await unconfirmedCommands(claim, folder, store);
  if (unconfirmed.length === 0) return true;
  if (!(await ask(claim, arms, folder))) return false;
  await rememberCommands(unconfirmed, folder, store);
  return true;
}

async function ask(claim: Claim, arms: readonly CommandArm[], folder: string): Promise<boolean> {
  const commands = arms.map(({ name, command }) => `${shownText(name)}:\n${shownCommand(command)}`).join('\n\n');
  if (commands.length > SHOWN_LENGTH_MAX) {
    throw new Error(
      vscode.l10n.t('The commands of {0} are too long to be shown here. Confirm them on the command line.', claim.id),
    );
  }
  const yes = vscode.l10n.t('Run Programs');
  const detail = [
    vscode.l10n.t('In {0}:', folder),
    commands,
    vscode.l10n.t(
      'They are programs of the author of the claim, and may do what you may. You are not asked again until a word of them changes.',
    ),
  ].join('\n\n');
  const question = vscode.l10n.t('Run the programs of the claim {0}, now and whenever it is tested?', claim.id);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}
