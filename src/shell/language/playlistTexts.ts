import type * as vscode from 'vscode';
import { judgePlaylist, type Judgement } from '../../language/judge.ts';
import { readPlaylistText, type PlaylistText } from '../../language/playlistText.ts';

/** Longer texts get colours and nothing else: nobody reads them, and the host has other work. UTF-16 units. */
const MAX_LENGTH = 16 * 1024 * 1024;

interface Entry {
  version: number;
  text: PlaylistText | undefined;
  judgements?: readonly Judgement[];
}

/** Reads each version of a document once, whoever asks. */
export class PlaylistTexts {
  readonly #entries = new WeakMap<vscode.TextDocument, Entry>();

  /** The playlist; nothing when the document is too long. */
  read(document: vscode.TextDocument): PlaylistText | undefined {
    return this.#entry(document).text;
  }

  /** What is wrong with it; nothing when the document is too long. */
  judge(document: vscode.TextDocument): readonly Judgement[] | undefined {
    const entry = this.#entry(document);
    if (entry.text !== undefined) entry.judgements ??= judgePlaylist(entry.text);
    return entry.judgements;
  }

  #entry(document: vscode.TextDocument): Entry {
    const known = this.#entries.get(document);
    if (known?.version === document.version) return known;
    const text = document.getText();
    const entry = { version: document.version, text: text.length > MAX_LENGTH ? undefined : readPlaylistText(text) };
    this.#entries.set(document, entry);
    return entry;
  }
}
