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

  const windows: [string, string][] = [
    ['C:\\Users\\John Doe\\Videos\\x.ts is full', '~\\Videos\\x.ts is full'],
    ['c:\\users\\john doe\\x.ts', '~\\x.ts'],
    ['C:/Users/John Doe/x.ts', '~/x.ts'],
    ['at f (file:///C:/Users/John%20Doe/x.js:1:2)', 'at f (file:///~/x.js:1:2)'],
    ['file:///c%3A/Users/John%20Doe/x.js', 'file:///~/x.js'],
    ['{"path":"C:\\\\Users\\\\John Doe\\\\x.ts"}', '{"path":"~\\\\x.ts"}'],
    ['D:\\Users\\John Doe\\x.ts', 'D:\\Users\\John Doe\\x.ts'],
    ['C:\\Users\\John Doering\\x.ts', 'C:\\Users\\John Doering\\x.ts'],
  ];
  for (const [text, expected] of windows) {
    it(`keeps no home folder of Windows: ${text}`, () => {
      assert.equal(redactText(text, 'C:\\Users\\John Doe'), expected);
    });
  }

  it('knows a home folder on a server, and one with signs of patterns in it', () => {
    assert.equal(redactText('\\\\nas\\home\\me\\x.ts', '\\\\nas\\home\\me'), '~\\x.ts');
    assert.equal(redactText('/home/a+(b)/x /home/aab/x', '/home/a+(b)'), '~/x /home/aab/x');
    assert.equal(redactText('file:///home/my%20self/x', '/home/my self'), 'file://~/x');
  });

  it('takes no other folder for the home folder, though its name begins like that', () => {
    assert.equal(redactText('/home/melissa/x.ts', '/home/me'), '/home/melissa/x.ts');
  });

  it('leaves paths alone where the home folder is the root', () => {
    assert.equal(redactText('/a/b', '/'), '/a/b');
  });
});
