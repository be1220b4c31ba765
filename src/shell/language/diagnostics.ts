import * as vscode from 'vscode';
import { TAGS } from '../../engine/playlist/lint/tagTable.ts';
import { findAtCursor } from '../../language/cursor.ts';
import type { Judgement } from '../../language/judge.ts';
import { REMOTE_SCHEME } from '../playlistAddress.ts';
import { LANGUAGE, sectionUri, toRange } from './language.ts';
import type { PlaylistTexts } from './playlistTexts.ts';
import { translated } from '../translated.ts';

/** Whom a diagnostic is from; quick fixes are for these alone. */
export const SOURCE = 'hotframe';

/** How long nobody has typed before a text is judged, in milliseconds; a long text waits as long as judging it takes. */
const PAUSE_MS = 200;

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

/** Judges open playlists while they are written. */
export function registerDiagnostics(texts: PlaylistTexts): vscode.Disposable {
  const diagnostics = new PlaylistDiagnostics(texts);
  for (const document of vscode.workspace.textDocuments) diagnostics.show(document);
  return vscode.Disposable.from(
    diagnostics,
    vscode.workspace.onDidOpenTextDocument((document) => diagnostics.show(document)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => diagnostics.showSoon(document)),
    vscode.workspace.onDidCloseTextDocument((document) => diagnostics.forget(document)),
  );
}

class PlaylistDiagnostics implements vscode.Disposable {
  readonly #texts: PlaylistTexts;
  readonly #shown = vscode.languages.createDiagnosticCollection(SOURCE);
  readonly #timers = new Map<vscode.TextDocument, NodeJS.Timeout>();
  /** How long the last judgement of a document took, in milliseconds. */
  readonly #tookMs = new WeakMap<vscode.TextDocument, number>();

  constructor(texts: PlaylistTexts) {
    this.#texts = texts;
  }

  show(document: vscode.TextDocument): void {
    if (!isJudged(document)) return;
    const startedMs = performance.now();
    const judgements = this.#texts.judge(document);
    this.#tookMs.set(document, performance.now() - startedMs);
    const found = judgements?.map((judgement) => toDiagnostic(document, judgement)) ?? [tooLong()];
    this.#shown.set(document.uri, found);
  }

  showSoon(document: vscode.TextDocument): void {
    if (!isJudged(document)) return;
    clearTimeout(this.#timers.get(document));
    const pauseMs = Math.max(PAUSE_MS, this.#tookMs.get(document) ?? 0);
    const show = (): void => {
      this.#timers.delete(document);
      this.show(document);
    };
    this.#timers.set(document, setTimeout(show, pauseMs));
  }

  forget(document: vscode.TextDocument): void {
    clearTimeout(this.#timers.get(document));
    this.#timers.delete(document);
    this.#shown.delete(document.uri);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#shown.dispose();
  }
}

/** What somebody can change, or opened from the network; not the other side of a comparison. */
function isJudged({ languageId, uri: { scheme } }: vscode.TextDocument): boolean {
  if (languageId !== LANGUAGE) return false;
  return scheme === 'untitled' || scheme === REMOTE_SCHEME || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}

function toDiagnostic(document: vscode.TextDocument, { span, severity, code, message }: Judgement): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(span), translated(message), SEVERITIES[severity]);
  diagnostic.source = SOURCE;
  const section = sectionAt(document, span.line);
  diagnostic.code = section === undefined ? code : { value: code, target: sectionUri(section) };
  return diagnostic;
}

/** The section of the RFC that the line's tag has. */
function sectionAt(document: vscode.TextDocument, line: number): string | undefined {
  const { text } = document.lineAt(line);
  const at = findAtCursor(text, text.length - text.trimStart().length);
  return at?.kind === 'tag' ? TAGS.get(at.name)?.section : undefined;
}

function tooLong(): vscode.Diagnostic {
  const message = vscode.l10n.t('This playlist is too long to be checked while it is open.');
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(0, 0, 0, 0),
    message,
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = SOURCE;
  return diagnostic;
}
