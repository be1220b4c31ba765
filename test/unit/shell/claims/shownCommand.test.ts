import assert from 'node:assert/strict';
import { shownCommand } from '../../../../src/shell/claims/shownCommand.ts';

describe('a command that a person is to confirm', () => {
  it('is shown as a shell would take it, and hides nothing', () => {
    assert.equal(shownCommand(['./get', '--to', 'my file', '{url}', '{out}']), "./get --to 'my file' {url} {out}");
    const tricks = ['a\nb', 'x\u202Egnp.exe', 'zero\u200Bwidth', 'tab\there', '\u00A0'];
    const shown = shownCommand(['run', ...tricks]);
    assert.equal(shown, String.raw`run 'a\u{a}b' 'x\u{202e}gnp.exe' 'zero\u{200b}width' 'tab\u{9}here' '\u{a0}'`);
  });
});
