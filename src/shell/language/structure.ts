import * as vscode from 'vscode';
import { foldPlaylist } from '../../language/folding.ts';
import { outlinePlaylist, type OutlineNode } from '../../language/outline.ts';
import { formatBitrate, formatClock } from '../figures.ts';
import { PLAYLISTS } from './language.ts';
import type { PlaylistTexts } from './playlistTexts.ts';

/** The outline of playlists, and what can be folded. */
export function registerStructure(texts: PlaylistTexts): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerDocumentSymbolProvider(PLAYLISTS, {
      provideDocumentSymbols: (document) => {
        const playlist = texts.read(document);
        return playlist && outlinePlaylist(playlist).map((node) => toSymbol(document, node));
      },
    }),
    vscode.languages.registerFoldingRangeProvider(PLAYLISTS, {
      provideFoldingRanges: (document) => {
        const playlist = texts.read(document);
        return playlist && foldPlaylist(playlist).map(toFoldingRange);
      },
    }),
  );
}

function toFoldingRange({ from, to, isComment }: ReturnType<typeof foldPlaylist>[number]): vscode.FoldingRange {
  return new vscode.FoldingRange(from, to, isComment ? vscode.FoldingRangeKind.Comment : undefined);
}

function toSymbol(document: vscode.TextDocument, node: OutlineNode): vscode.DocumentSymbol {
  const range = document.lineAt(node.from).range.union(document.lineAt(node.to).range);
  const { name, detail, kind } = describe(node);
  const symbol = new vscode.DocumentSymbol(name, detail, kind, range, document.lineAt(node.from).range);
  symbol.children = node.children.map((child) => toSymbol(document, child));
  return symbol;
}

interface Words {
  /** Never empty: the workbench refuses a symbol without a name. */
  name: string;
  detail: string;
  kind: vscode.SymbolKind;
}

function describe(node: OutlineNode): Words {
  const { Array: List, Class, Field, File, Namespace } = vscode.SymbolKind;
  switch (node.kind) {
    case 'section': {
      const detail = vscode.l10n.t('{0} fragments, {1}', node.fragments, formatClock(node.durationS));
      return { name: vscode.l10n.t('Section {0}', node.number), detail, kind: Namespace };
    }
    case 'fragment': {
      const detail = [`${node.sequence}`, `${node.durationS} s`, ...(node.title === '' ? [] : [node.title])];
      return { name: fileName(node.uri), detail: detail.join(' · '), kind: File };
    }
    case 'variants':
      return { name: vscode.l10n.t('Variants'), detail: `${node.count}`, kind: List };
    case 'iframeVariants':
      return { name: vscode.l10n.t('I-frame variants'), detail: `${node.count}`, kind: List };
    case 'variant': {
      const { bandwidth, height, codecs } = node;
      const rate = bandwidth === undefined ? [] : [formatBitrate(bandwidth)];
      const facts = [...(height === undefined ? [] : [`${height}p`]), ...rate, ...(codecs ? [codecs] : [])];
      return {
        name: facts[0] ?? fileName(node.uri),
        detail: [...facts.slice(1), fileName(node.uri)].join(' · '),
        kind: Class,
      };
    }
    case 'renditions':
      return {
        name: `${node.type} ${node.group}`.trim() || 'EXT-X-MEDIA',
        detail: `${node.children.length}`,
        kind: List,
      };
    case 'rendition':
      return { name: node.name || 'EXT-X-MEDIA', detail: node.language ?? '', kind: Field };
  }
}

/** The last part of a URI's path. */
function fileName(uri: string): string {
  const path = uri.replace(/[?#].*$/s, '');
  return path.split('/').findLast((part) => part !== '') ?? uri;
}
