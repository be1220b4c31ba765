import * as vscode from 'vscode';
import { TAGS, type TagRule } from '../../engine/playlist/lint/tagTable.ts';
import { attributeText } from './attributeTexts.ts';
import { sectionUri } from './language.ts';
import { tagText } from './tagTexts.ts';

/** What a tag means, where it may stand, and its section of the RFC; nothing for one that is not known. */
export function documentTag(name: string): vscode.MarkdownString | undefined {
  const rule = TAGS.get(name);
  if (rule === undefined) return undefined;
  return markdown([`**#${name}**`, tagText(name) ?? '', ...scopeText(rule), ...sectionText(rule)]);
}

/** What an attribute of a tag means and may be. */
export function documentAttribute(name: string, tag: string): vscode.MarkdownString | undefined {
  const rule = TAGS.get(tag);
  const attribute = rule?.attributes.get(name);
  if (rule === undefined || attribute === undefined) return undefined;
  const form = attribute.isRequired === true ? vscode.l10n.t('{0}, required', attribute.what) : attribute.what;
  return markdown([`**${name}**: ${form}`, attributeText(name) ?? '', ...sectionText(rule, tag)]);
}

function scopeText({ scope, isOnce, isForeign }: TagRule): string[] {
  if (isForeign) return [];
  const once = isOnce ? [vscode.l10n.t('At most once.')] : [];
  switch (scope) {
    case 'media':
      return [[vscode.l10n.t('In media playlists.'), ...once].join(' ')];
    case 'multivariant':
      return [[vscode.l10n.t('In multivariant playlists.'), ...once].join(' ')];
    case 'both':
      return [[vscode.l10n.t('In media and multivariant playlists.'), ...once].join(' ')];
  }
}

function sectionText({ section }: TagRule, tag?: string): string[] {
  if (section === undefined) return [];
  const link = `[RFC 8216bis §${section}](${sectionUri(section).toString()})`;
  return [tag === undefined ? link : `#${tag}, ${link}`];
}

function markdown(paragraphs: readonly string[]): vscode.MarkdownString {
  return new vscode.MarkdownString(paragraphs.filter((text) => text !== '').join('\n\n'));
}
