import type { ExitCode } from '../engine/errors.ts';

/** What an exit code says, in a few words. */
type Meanings<Code extends number> = Readonly<Record<Code, string>>;

/** Exit codes of `hotframe inspect`: there is no file that could lack something. */
export type InspectExitCode = Exclude<ExitCode, 6>;

/** Exit codes of `hotframe profile`. */
export type ProfileExitCode = 0 | 2 | 5;

/** Exit codes of `hotframe claim`. */
export type ClaimExitCode = 0 | 2 | 5 | 7 | 8 | 9 | 130;

const faults = { 2: 'usage', 3: 'origin or network', 4: 'playlist', 5: 'disk', 130: 'cancelled' };

/** Those of `hotframe download`, and of a task in the editor. */
export const downloadExits: Meanings<ExitCode> = { ...faults, 0: 'the file is whole', 6: 'whole but for gaps' };

/** Those of `hotframe inspect`. */
export const inspectExits: Meanings<InspectExitCode> = { ...faults, 0: 'it is read' };

/** Those of `hotframe profile`. */
export const profileExits: Meanings<ProfileExitCode> = {
  0: 'it is read',
  2: 'usage, or a profile that cannot be read',
  5: 'disk',
};

/** Those of `hotframe claim`. */
export const claimExits: Meanings<ClaimExitCode> = {
  0: 'a verdict is reached',
  2: 'usage, or a claim that cannot be tested',
  5: 'disk',
  7: 'another verdict than expected',
  8: 'inconclusive',
  9: 'the runs cannot be made, or none counts',
  130: 'stopped',
};

const head = 'Exit codes: ';
const widthMax = 100;

/** The last lines of a command's help: its exit codes in ascending order, each line at most 100 characters long. */
export function exitCodeHelp(meanings: Meanings<number>): string {
  const lines: string[] = [];
  for (const [code, meaning] of Object.entries(meanings)) {
    const entry = `${code} ${meaning}`;
    const line = lines.at(-1);
    if (line !== undefined && `${head}${line} · ${entry}`.length <= widthMax) lines.splice(-1, 1, `${line} · ${entry}`);
    else lines.push(entry);
  }
  return `${head}${lines.join(`\n${' '.repeat(head.length)}`)}\n`;
}
