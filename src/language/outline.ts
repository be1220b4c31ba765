import type { TagLine } from '../engine/playlist/lines.ts';
import { readInteger, readResolution } from '../engine/playlist/numbers.ts';
import { readSections, writtenAttributes, type Section, type WrittenFragment } from './fragments.ts';
import type { PlaylistText } from './playlistText.ts';

/** A node of a playlist's outline; lines count from 0, `to` is the last one. */
export type OutlineNode = { from: number; to: number; children: OutlineNode[] } & (
  | { kind: 'section'; number: number; fragments: number; durationS: number }
  | ({ kind: 'fragment' } & Pick<WrittenFragment, 'uri' | 'durationS' | 'title' | 'sequence'>)
  | { kind: 'variants' | 'iframeVariants'; count: number }
  | { kind: 'variant'; uri: string; bandwidth?: number; height?: number; codecs?: string }
  | { kind: 'renditions'; type: string; group: string }
  | { kind: 'rendition'; name: string; language?: string }
);

/** Fragments that are listed; more would only slow the editor down. */
const MAX_FRAGMENTS = 10_000;

/** What a playlist holds: its fragments, by discontinuity where there are any, or its variants and groups of renditions. */
export function outlinePlaylist(playlist: PlaylistText): OutlineNode[] {
  return playlist.kind === 'multivariant' ? outlineVariants(playlist) : outlineFragments(playlist);
}

function outlineFragments({ lines }: PlaylistText): OutlineNode[] {
  const sections = readSections(lines);
  let left = MAX_FRAGMENTS;
  const nodes = sections.map((section, index): OutlineNode => {
    const fragments = section.fragments.slice(0, left);
    left -= fragments.length;
    return toSection(section, index + 1, fragments.map(toFragment));
  });
  return nodes.length === 1 ? (nodes[0]?.children ?? []) : nodes;
}

function toSection({ from, to, fragments }: Section, number: number, children: OutlineNode[]): OutlineNode {
  const durationS = fragments.reduce((sum, fragment) => sum + fragment.durationS, 0);
  return { kind: 'section', from, to, children, number, fragments: fragments.length, durationS };
}

function toFragment(fragment: WrittenFragment): OutlineNode {
  return { kind: 'fragment', children: [], ...fragment };
}

function outlineVariants({ lines }: PlaylistText): OutlineNode[] {
  const groups = new Map<string, OutlineNode>();
  const put = (key: string, child: OutlineNode, make: () => OutlineNode): void => {
    const group = groups.get(key) ?? make();
    groups.set(key, group);
    group.children.push(child);
    group.to = Math.max(group.to, child.to);
    if ('count' in group) group.count += 1;
  };
  const variants = (child: OutlineNode, kind: 'variants' | 'iframeVariants'): void =>
    put(kind, child, () => ({ kind, from: child.from, to: child.to, children: [], count: 0 }));
  let pending: TagLine | undefined;
  for (const line of lines) {
    if (line.kind === 'uri') {
      if (pending !== undefined) variants(toVariant(pending, line.text, line.line - 1), 'variants');
      pending = undefined;
    } else if (line.name === 'EXT-X-STREAM-INF') pending = line;
    else if (line.name === 'EXT-X-I-FRAME-STREAM-INF') variants(toVariant(line), 'iframeVariants');
    else if (line.name === 'EXT-X-MEDIA') {
      const { type, group, node } = toRendition(line);
      const at = { from: node.from, to: node.to, children: [] };
      put(JSON.stringify([type, group]), node, () => ({ kind: 'renditions', type, group, ...at }));
    }
  }
  return [...groups.values()];
}

function toVariant(tag: TagLine, text?: string, to = tag.line - 1): OutlineNode {
  const attributes = writtenAttributes(tag);
  const bandwidth = readInteger(attributes.get('BANDWIDTH')?.value ?? '');
  const height = readResolution(attributes.get('RESOLUTION')?.value ?? '')?.height;
  const codecs = attributes.get('CODECS')?.value;
  return {
    kind: 'variant',
    from: tag.line - 1,
    to,
    children: [],
    uri: text ?? attributes.get('URI')?.value ?? '',
    ...(bandwidth === undefined ? {} : { bandwidth }),
    ...(height === undefined ? {} : { height }),
    ...(codecs === undefined ? {} : { codecs }),
  };
}

function toRendition(tag: TagLine): { type: string; group: string; node: OutlineNode } {
  const attributes = writtenAttributes(tag);
  const language = attributes.get('LANGUAGE')?.value;
  const name = attributes.get('NAME')?.value ?? '';
  const at = { from: tag.line - 1, to: tag.line - 1, children: [] };
  return {
    type: attributes.get('TYPE')?.value ?? '',
    group: attributes.get('GROUP-ID')?.value ?? '',
    node: { kind: 'rendition', name, ...(language === undefined ? {} : { language }), ...at },
  };
}
