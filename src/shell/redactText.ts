import { homedir } from 'node:os';
import { redactUrl } from '../engine/redact.ts';

/** A text that may go to the log: query values and credentials of URLs replaced, the home folder shortened to `~`. */
export function redactText(text: string, home: string = homedir()): string {
  const withoutSecrets = text.replaceAll(/https?:\/\/[^\s"'<>`]+/gi, (url) => redactUrl(url));
  return home.length > 1 ? withoutSecrets.replaceAll(homePattern(home), '~') : withoutSecrets;
}

/** The home folder in each of its spellings: in file URLs, and on Windows with any slashes and in any case. */
function homePattern(home: string): RegExp {
  const isWindows = /^(?:[a-z]:|\\\\)/i.test(home);
  const segments = home.replace(/[/\\]+$/, '').split(isWindows ? /[/\\]/ : '/');
  const spelled = segments.map((segment) => {
    const drive = /^([a-z]):$/i.exec(segment)?.[1];
    if (isWindows && drive !== undefined) return `${drive}(?::|%3A)`;
    return [...new Set([segment, encodeURI(segment)])].map((spelling) => escapePattern(spelling)).join('|');
  });
  // JSON and messages double a backslash.
  const separator = isWindows ? String.raw`(?:/|\\{1,2})` : '/';
  const pattern = spelled.map((spelling) => `(?:${spelling})`).join(separator);
  // Not of another folder whose name only begins so.
  return new RegExp(String.raw`${pattern}(?![\p{L}\p{N}_-])`, isWindows ? 'giu' : 'gu');
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\^$.*+?()[\]{}|\\/]/g, String.raw`\$&`);
}
