import assert from 'node:assert/strict';
import { secretsAt } from '../../../src/shell/resuming.ts';

describe('the headers of a job that goes on at another URL', () => {
  const before = {
    url: 'https://a.example/x.m3u8?token=old',
    headers: { authorization: 'Bearer S3CRET', referer: 'r' },
    ca: 'PEM',
  };
  const never = () => assert.fail('nothing is to be asked');

  it('stay where the origin does', async () => {
    const url = 'https://a.example/y.m3u8?token=new';
    assert.deepEqual(await secretsAt(url, before, never), { ...before, url });
  });

  it('go to another origin only when a person says so', async () => {
    for (const url of ['https://b.example/x.m3u8', 'http://a.example/x.m3u8', 'https://a.example:8443/x.m3u8']) {
      const asked: string[] = [];
      const answer =
        (what: 'send' | 'leaveOut' | undefined) => async (names: readonly string[], given: URL, other: URL) => {
          asked.push(`${names.join(' ')}: ${given.origin} → ${other.origin}`);
          return Promise.resolve(what);
        };
      assert.deepEqual(await secretsAt(url, before, answer('send')), { ...before, url });
      assert.deepEqual(await secretsAt(url, before, answer('leaveOut')), { ca: 'PEM', url });
      assert.equal(await secretsAt(url, before, answer(undefined)), undefined);
      const line = `authorization referer: https://a.example → ${new URL(url).origin}`;
      assert.deepEqual(asked, [line, line, line]);
    }
  });

  it('are no question where there are none', async () => {
    const url = 'https://b.example/x.m3u8';
    assert.deepEqual(await secretsAt(url, undefined, never), { url });
    assert.deepEqual(await secretsAt(url, { url: before.url, headers: {} }, never), { url });
  });
});
