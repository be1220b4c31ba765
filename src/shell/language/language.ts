import * as vscode from 'vscode';
import type { Span } from '../../language/playlistText.ts';

/** The language's id, the one that other extensions for playlists have too. */
export const LANGUAGE = 'm3u8';

/** Documents that the providers are for, wherever they are. */
export const PLAYLISTS: vscode.DocumentSelector = { language: LANGUAGE };

/** A span as the editor has it. */
export function toRange({ line, start, end }: Span): vscode.Range {
  return new vscode.Range(line, start, line, end);
}

/** Where a section of RFC 8216bis can be read. */
export function sectionUri(section: string): vscode.Uri {
  return vscode.Uri.parse('https://datatracker.ietf.org/doc/html/draft-pantos-hls-rfc8216bis').with({
    fragment: `section-${section}`,
  });
}
