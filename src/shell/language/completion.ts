import * as vscode from 'vscode';
import { proposeAt, type Proposal } from '../../language/completion.ts';
import { documentAttribute, documentTag } from './documentation.ts';
import { PLAYLISTS } from './language.ts';
import type { PlaylistTexts } from './playlistTexts.ts';

const KINDS = {
  tag: vscode.CompletionItemKind.Keyword,
  attribute: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  variable: vscode.CompletionItemKind.Variable,
} as const;

/** What opens the list by itself: the beginning of a tag, of an attribute, of a value, of a variable. */
const TRIGGERS = ['#', ':', ',', '=', '"', '$'];

const AGAIN: vscode.Command = { title: '', command: 'editor.action.triggerSuggest' };

/** Completes tags, attributes, values and variables. */
export function registerCompletion(texts: PlaylistTexts): vscode.Disposable {
  const provideCompletionItems = (
    document: vscode.TextDocument,
    { line, character }: vscode.Position,
  ): vscode.CompletionItem[] => {
    const playlist = texts.read(document);
    if (playlist === undefined) return [];
    return proposeAt(playlist, line, character).map((proposal, index) => toItem(proposal, line, index));
  };
  return vscode.languages.registerCompletionItemProvider(PLAYLISTS, { provideCompletionItems }, ...TRIGGERS);
}

function toItem(proposal: Proposal, line: number, index: number): vscode.CompletionItem {
  const { kind, label, snippet, piece, isRequired = false, goesOn = false } = proposal;
  const item = new vscode.CompletionItem(label, KINDS[kind]);
  item.insertText = new vscode.SnippetString(snippet);
  item.range = new vscode.Range(line, piece.start, line, piece.end);
  item.filterText = label;
  // In the order of the RFC; first what must not be missing.
  item.sortText = `${isRequired ? 0 : 1}${String(index).padStart(3, '0')}`;
  if (isRequired) item.detail = vscode.l10n.t('required');
  if (goesOn) item.command = AGAIN;
  const documentation = documentationOf(proposal);
  if (documentation !== undefined) item.documentation = documentation;
  return item;
}

function documentationOf({ kind, label, tag }: Proposal): vscode.MarkdownString | undefined {
  if (kind === 'tag') return documentTag(label.slice(1));
  return kind === 'attribute' && tag !== undefined ? documentAttribute(label, tag) : undefined;
}
