import { commandText } from '../evidence/arms/prepareArm.ts';
import { consentFile, rememberCommands, unconfirmedCommands } from '../evidence/arms/consent.ts';
import type { Claim, CommandArm } from '../evidence/claim.ts';
import { EvidenceError } from '../evidence/errors.ts';

/** How a person can be asked. */
export interface ConsentIo {
  env: NodeJS.ProcessEnv;
  stderr: NodeJS.WritableStream;
  /** Asks on the terminal; absent where there is nobody. */
  ask?: (question: string) => Promise<string>;
}

/**
 * Has a person confirm the programs that a claim runs, each exact command once: by an answer, or by having named it on the command line.
 *
 * @param named commands in the words that the refusal shows
 * @throws {EvidenceError} CLAIM_OPTION where one is not confirmed
 */
export async function confirmCommands(
  claim: Claim,
  folder: string,
  named: readonly string[],
  io: ConsentIo,
): Promise<void> {
  const file = consentFile(io.env);
  for (const arm of await unconfirmedCommands(claim, folder, file)) {
    const text = commandText(arm.command);
    const isNamed = named.includes(text);
    if (!isNamed && !(await isConfirmed(arm, text, folder, io))) throw unconfirmed(arm, text);
    await rememberCommands([arm], folder, file);
  }
}

async function isConfirmed(
  arm: CommandArm,
  text: string,
  folder: string,
  { stderr, ask }: ConsentIo,
): Promise<boolean> {
  if (ask === undefined) return false;
  stderr.write(`The arm "${arm.name}" is a program of the claim's author. It would be run in ${folder}:\n  ${text}\n`);
  return /^y(es)?$/i.test((await ask('Run it, now and whenever this claim is tested? [y/N] ')).trim());
}

function unconfirmed({ name }: CommandArm, text: string): EvidenceError {
  return new EvidenceError('CLAIM_OPTION', `The arm "${name}" runs a program that nobody has confirmed: ${text}`, {
    hint: `Look at it, then name it once: --allow-command ${quoted(text)}`,
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
