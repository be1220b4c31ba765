import assert from 'node:assert/strict';
import { placeOf, readDownloadLink } from '../../../src/shell/downloadLink.ts';

describe('download links', () => {
  const read = (query: string, path = '/download') => readDownloadLink({ path, query });

  it('name a playlist, its own query to the end', () => {
    assert.deepEqual(read('url=https://a.example/x.m3u8'), { url: 'https://a.example/x.m3u8' });
    const url = 'https://a.example/x.m3u8?token=1&url=2&output=/etc/passwd';
    assert.deepEqual(read(`url=${url}`), { url });
    assert.deepEqual(read('url=http://127.0.0.1:8080/a%20b.m3u8'), { url: 'http://127.0.0.1:8080/a%20b.m3u8' });
  });

  it('are refused when they ask for anything else', () => {
    assert.deepEqual(read('url=https://a.example/x.m3u8', '/delete'), { fault: 'action' });
    assert.deepEqual(read('url=https://a.example/x.m3u8', '/download/'), { fault: 'action' });
    assert.deepEqual(read('', ''), { fault: 'action' });
    assert.deepEqual(read(''), { fault: 'noParameter' });
    assert.deepEqual(read('output=/tmp/x&url=https://a.example/x.m3u8'), { fault: 'parameter', name: 'output' });
    assert.deepEqual(read('url=https://a.example/x.m3u8&output=/tmp/x'), { fault: 'parameter', name: 'output' });
    assert.deepEqual(read('URL=https://a.example/x.m3u8'), { fault: 'parameter', name: 'URL' });
  });

  it('are refused when their URL is none, or of another scheme', () => {
    assert.deepEqual(read('url='), { fault: 'empty' });
    assert.deepEqual(read('url=a.example/x.m3u8'), { fault: 'noUrl' });
    assert.deepEqual(read('url=https://a.example/x\n.m3u8'), { fault: 'noUrl' });
    for (const scheme of [
      'file:///etc/passwd',
      'ftp://a.example/x',
      'command:hotframe.deleteJob',
      'data:text/plain,x',
    ]) {
      assert.deepEqual(read(`url=${scheme}`), { fault: 'scheme' }, scheme);
    }
  });

  it('are shown by origin and path, without what is secret, and never too long', () => {
    const url = 'https://me:S3CRET@a.example:8443/live/x.m3u8?token=S3CRET#S3CRET';
    assert.deepEqual(placeOf(url), { origin: 'https://a.example:8443', path: '/live/x.m3u8' });
    const { path } = placeOf(`https://a.example/${'a'.repeat(4000)}/x.m3u8`);
    assert.equal(path.length, 161);
    assert.match(path, /^\/aaa.*…a.*\/x\.m3u8$/);
    // A name that looks like another one is shown as what it is.
    assert.equal(placeOf('https://еxample.com/x').origin, 'https://xn--xample-2of.com');
  });
});
