import * as vscode from 'vscode';
import { findAtCursor, type AtCursor } from '../../language/cursor.ts';
import { documentAttribute, documentTag } from './documentation.ts';
import { PLAYLISTS } from './language.ts';

/** Tells what the tag or attribute under the pointer means. */
export function registerHovers(): vscode.Disposable {
  return vscode.languages.registerHoverProvider(PLAYLISTS, {
    provideHover: (document, { line, character }) => {
      const at = findAtCursor(document.lineAt(line).text, character);
      const documentation = at && documentationOf(at);
      if (at === undefined || documentation === undefined) return undefined;
      return new vscode.Hover(documentation, new vscode.Range(line, at.piece.start, line, at.piece.end));
    },
  });
}

function documentationOf(at: AtCursor): vscode.MarkdownString | undefined {
  switch (at.kind) {
    case 'tag':
      return documentTag(at.name);
    case 'tagValue':
      return documentTag(at.tag);
    case 'attribute':
      return documentAttribute(at.name, at.tag);
    case 'value':
      return documentAttribute(at.attribute, at.tag);
    case 'uri':
      return undefined;
  }
}
