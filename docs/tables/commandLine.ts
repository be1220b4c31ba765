import { Writable } from 'node:stream';
import { runClaim } from '../../src/cli/claim.ts';
import { runDownload } from '../../src/cli/download.ts';
import { claimExits, downloadExits, inspectExits, profileExits } from '../../src/cli/exitCodes.ts';
import { runInspect } from '../../src/cli/inspect.ts';
import { runProfile } from '../../src/cli/profile.ts';
import { code, markdownTable, plain } from './markdown.ts';

/** A stream that keeps what is written to it. */
class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** What each command that has options prints for `--help`. */
async function helpTexts(): Promise<Record<'download' | 'inspect' | 'profile' | 'claim', string>> {
  const ask = async (run: (stdout: Kept, stderr: Kept) => Promise<number>): Promise<string> => {
    const [stdout, stderr] = [new Kept(), new Kept()];
    const exitCode = await run(stdout, stderr);
    if (exitCode !== 0 || stdout.text === '') throw new Error(`--help ended with ${exitCode}: ${stderr.text}`);
    return stdout.text;
  };
  const help = ['--help'];
  const { signal } = new AbortController();
  const noLoad = () => Promise.reject(new Error('Help needs no playlist.'));
  return {
    download: await ask((stdout, stderr) => runDownload(help, { stdout, stderr, signal, env: {} })),
    inspect: await ask((stdout, stderr) => runInspect(help, { stdout, stderr, env: {}, load: noLoad })),
    profile: await ask((stdout, stderr) => runProfile(help, { stdout, stderr })),
    claim: await ask((stdout, stderr) => runClaim(help, { stdout, stderr, signal, env: {} })),
  };
}

/** The options of each command, by its name, as its own help explains them. */
export async function optionTables(): Promise<Map<string, string>> {
  return new Map(
    Object.entries(await helpTexts()).map(([command, help]) => [
      command,
      markdownTable(
        ['option', 'what it does'],
        optionsOf(help).map(({ option, text }) => [code(option), plain(text)]),
      ),
    ]),
  );
}

/** Lines of a help that begin with an option, with those that go on below. */
export function optionsOf(help: string): { option: string; text: string }[] {
  const options: { option: string; text: string }[] = [];
  for (const line of help.split('\n')) {
    const [, option, text = ''] = /^ {2}(-.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    const more = /^ {20,}(\S.*)$/.exec(line)?.[1];
    if (option !== undefined) options.push({ option, text });
    else if (more === undefined) continue;
    else options.splice(-1, 1, ...options.slice(-1).map((last) => ({ ...last, text: `${last.text} ${more}` })));
  }
  return options;
}

/** Exit codes, and what each says after each command. */
export function exitCodeTable(): string {
  const commands: readonly Readonly<Record<number, string>>[] = [downloadExits, inspectExits, profileExits, claimExits];
  const codes = [...new Set(commands.flatMap((meanings) => Object.keys(meanings).map(Number)))].sort((a, b) => a - b);
  return markdownTable(
    ['code', ...['download', 'inspect', 'profile', 'claim test'].map((name) => code(name))],
    codes.map((exitCode) => [String(exitCode), ...commands.map((meanings) => meanings[exitCode] ?? '')]),
  );
}

/** Exit codes of `hotframe claim test`. */
export function claimExitTable(): string {
  return markdownTable(['code', 'meaning'], Object.entries(claimExits));
}
