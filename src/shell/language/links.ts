import * as vscode from 'vscode';
import { findUris, type WrittenUri } from '../../language/uris.ts';
import { PLAYLISTS, toRange } from './language.ts';
import type { LanguageParts } from './providers.ts';
import type { PlaylistTexts } from './playlistTexts.ts';

/** A link that is resolved when somebody follows it: a playlist has thousands. */
class UriLink extends vscode.DocumentLink {
  readonly uri: WrittenUri;
  readonly base: Base;

  constructor(uri: WrittenUri, base: Base) {
    super(toRange(uri.span));
    this.uri = uri;
    this.base = base;
  }
}

/** What relative URIs are resolved against. */
interface Base {
  url: string;
  document: vscode.Uri;
}

/** Makes the URIs of playlists links: playlists open here, files in the editor, anything else in the browser. */
export function registerLinks(texts: PlaylistTexts, urlOf: LanguageParts['urlOf']): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(PLAYLISTS, {
    provideDocumentLinks: (document) => {
      const playlist = texts.read(document);
      if (playlist === undefined) return [];
      const url = urlOf(document.uri);
      const base = { url: url ?? document.uri.toString(), document: document.uri };
      return findUris(playlist, url)
        .filter(({ text }) => targetUrl(text, base) !== undefined)
        .map((uri) => new UriLink(uri, base));
    },
    resolveDocumentLink: (link) => {
      if (!(link instanceof UriLink)) return link;
      const url = targetUrl(link.uri.text, link.base);
      if (url === undefined) return undefined;
      const isPlaylist = isWeb(url) && link.uri.isPlaylist;
      link.target = isPlaylist ? openCommand(url, link.base.document) : toUri(url);
      if (isPlaylist) link.tooltip = vscode.l10n.t('Open Playlist');
      return link;
    },
  });
}

/**
 * The absolute URL of a URI; nothing for what is not followed: schemes of key systems, data, and, from a file, another
 * machine's files, for looking at those would send them credentials.
 */
function targetUrl(text: string, { url, document }: Base): URL | undefined {
  const target = URL.parse(text, url);
  if (target === null) return undefined;
  if (isWeb(target)) return target;
  const own = URL.parse(document.toString());
  const isBeside = document.scheme !== 'untitled' && target.protocol === own?.protocol && target.host === own.host;
  return isBeside ? target : undefined;
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

function toUri(url: URL): vscode.Uri {
  const uri = vscode.Uri.parse(url.href, true);
  return isWeb(url) ? uri : uri.with({ query: '', fragment: '' });
}

function openCommand(url: URL, from: vscode.Uri): vscode.Uri {
  const given = JSON.stringify([{ url: url.href, from: from.toString() }]);
  return vscode.Uri.parse(`command:hotframe.openPlaylist?${encodeURIComponent(given)}`);
}
