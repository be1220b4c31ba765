import assert from 'node:assert/strict';
import { redactText } from '../../../src/shell/redactText.ts';

describe('text for the log', () => {
  it('keeps no query value, no password and no home folder', () => {
    const text = 'GET https://me:pw@a.example/x.m3u8?token=secret&t=1 to /home/me/Videos/x.ts failed';
    assert.equal(redactText(text, '/home/me'), 'GET https://a.example/x.m3u8?token=…&t=… to ~/Videos/x.ts failed');
  });

  it('redacts every URL of a line', () => {
    assert.equal(redactText('"http://a/?k=1" <http://b/?k=2>', ''), '"http://a/?k=…" <http://b/?k=…>');
  });

  it('leaves paths alone where the home folder is the root', () => {
    assert.equal(redactText('/a/b', '/'), '/a/b');
  });
});
