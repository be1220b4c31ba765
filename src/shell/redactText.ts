import { homedir } from 'node:os';
import { redactUrl } from '../engine/redact.ts';

/** A text that may go to the log: query values and credentials of URLs replaced, the home folder shortened to `~`. */
export function redactText(text: string, home: string = homedir()): string {
  const withoutSecrets = text.replaceAll(/https?:\/\/[^\s"'<>`]+/gi, (url) => redactUrl(url));
  return home.length > 1 ? withoutSecrets.replaceAll(home, '~') : withoutSecrets;
}
