import * as vscode from 'vscode';
import { findFix, type Fix, type Point } from '../../language/fixes.ts';
import { SOURCE } from './diagnostics.ts';
import { PLAYLISTS, toRange } from './language.ts';
import type { PlaylistTexts } from './playlistTexts.ts';

/** Offers to put right what only one thing can put right. */
export function registerQuickFixes(texts: PlaylistTexts): vscode.Disposable {
  const provideCodeActions = (
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] => {
    const playlist = texts.read(document);
    const all = texts.judge(document) ?? [];
    return diagnostics.flatMap((diagnostic) => {
      if (diagnostic.source !== SOURCE || playlist === undefined) return [];
      const code = typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
      const judgement = all.find((each) => each.code === code && toRange(each.span).isEqual(diagnostic.range));
      const fix = judgement && findFix(playlist, judgement, all);
      return fix ? [toAction(document.uri, fix, diagnostic)] : [];
    });
  };
  const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
  return vscode.languages.registerCodeActionsProvider(PLAYLISTS, { provideCodeActions }, kinds);
}

function toAction(uri: vscode.Uri, fix: Fix, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const action = new vscode.CodeAction(titleOf(fix), vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  action.edit = new vscode.WorkspaceEdit();
  for (const { from, to, text } of fix.edits) {
    action.edit.replace(uri, new vscode.Range(toPosition(from), toPosition(to)), text);
  }
  return action;
}

function toPosition({ line, column }: Point): vscode.Position {
  return new vscode.Position(line, column);
}

function titleOf({ kind, what }: Fix): string {
  switch (kind) {
    case 'insert':
      return vscode.l10n.t('Insert {0}', what);
    case 'move':
      return vscode.l10n.t('Move {0} to the top', what);
    case 'remove':
      return vscode.l10n.t('Remove {0}', what);
    case 'replace':
      return vscode.l10n.t('Change to {0}', what);
    case 'setTargetDuration':
      return vscode.l10n.t('Set the target duration to {0} s', what);
    case 'setVersion':
      return vscode.l10n.t('Set the version to {0}', what);
    case 'addQuotes':
      return vscode.l10n.t('Put the value of {0} into quotes', what);
    case 'removeQuotes':
      return vscode.l10n.t('Remove the quotes of {0}', what);
    case 'addComma':
      return vscode.l10n.t('Add a comma');
    case 'removeValue':
      return vscode.l10n.t('Remove the value of {0}', what);
  }
}
