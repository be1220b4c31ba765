import { commandText } from '../../evidence/arms/prepareArm.ts';

/** A command as a person is to judge it: its words as a shell would take them, with what would not be seen, or turn the text round, spelled out. */
export function shownCommand(command: readonly string[]): string {
  return shownText(commandText(command));
}

/** A text of a claim's author as it is, with what would not be seen, or turn the text round, spelled out. */
export function shownText(text: string): string {
  return text.replaceAll(
    /[^\S ]|[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
