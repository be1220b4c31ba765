import { env } from 'vscode';

/** The name of a language (RFC 5646) in that of the workbench; the tag itself where it has none. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([env.language], { type: 'language' }).of(tag) ?? tag;
  } catch (error) {
    // Playlists have tags that are none.
    if (error instanceof RangeError) return tag;
    throw error;
  }
}
