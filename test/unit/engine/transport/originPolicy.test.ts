import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { promisify } from 'node:util';
import type { TransferError } from '../../../../src/engine/errors.ts';
import { PrivateAddressError, type Subject } from '../../../../src/engine/transport/faults.ts';
import { checkAddress, OriginPolicy, type Resolve } from '../../../../src/engine/transport/originPolicy.ts';
import { failureOf } from './serving.ts';

const subject: Subject = {
  resource: 'fragment',
  url: 'https://cdn.example/x.ts',
  label: 'Fragment 1 of 2',
  fragment: 0,
};

/** Answers of a name server, one after the other; the last one stays. */
function resolving(answers: Record<string, string[][]>): Resolve {
  return (host, _options, callback) => {
    const left = answers[host] ?? [[]];
    const found = (left.length > 1 ? left.shift() : left[0]) ?? [];
    const error = found.length === 0 ? Object.assign(new Error(`getaddrinfo ${host}`), { code: 'ENOTFOUND' }) : null;
    setImmediate(() =>
      callback(
        error,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  };
}

/** What the connector gets for a host: the addresses, or the error. */
async function lookUp(policy: OriginPolicy, host: string): Promise<string[] | Error> {
  const lookup = promisify((callback: (error: Error | null, addresses: LookupAddress[]) => void) =>
    policy.lookup(host, { all: true }, (error, addresses) => callback(error, addresses as LookupAddress[])),
  );
  return lookup().then(
    (addresses) => addresses.map(({ address }) => address),
    (error: unknown) => error as Error,
  );
}

describe('engine/transport: addresses that a playlist may name', () => {
  const cases: [url: string, playlist: string, refused: RegExp | undefined][] = [
    ['https://a.example/1.ts', 'https://a.example/i.m3u8', undefined],
    ['http://a.example/1.ts', 'http://b.example/i.m3u8', undefined],
    ['https://a.example/1.ts', 'http://b.example/i.m3u8', undefined],
    ['https://user:secret@a.example/1.ts', 'https://b.example/i.m3u8', undefined],
    ['http://a.example/1.ts', 'https://a.example/i.m3u8', /from https down to http/],
    ['HTTP://a.example/1.ts', 'HTTPS://a.example/i.m3u8', /from https down to http/],
    ['file:///etc/passwd', 'http://a.example/i.m3u8', /starts with file:/],
    ['data:video/mp2t;base64,R0c=', 'http://a.example/i.m3u8', /starts with data:/],
    ['ftp://a.example/1.ts', 'http://a.example/i.m3u8', /starts with ftp:/],
    ['javascript:alert(1)', 'http://a.example/i.m3u8', /starts with javascript:/],
    ['blob:https://a.example/1', 'http://a.example/i.m3u8', /starts with blob:/],
    ['http://', 'http://a.example/i.m3u8', /no address/],
  ];
  for (const [url, playlist, refused] of cases) {
    it(`${url} in ${playlist} is ${refused ? 'refused' : 'fine'}`, () => {
      if (!refused) {
        checkAddress(url, playlist, subject);
        return;
      }
      assert.throws(
        () => checkAddress(url, playlist, subject),
        (error: TransferError) => error.code === 'HLS_FRAGMENT_POLICY' && refused.test(error.message),
      );
    });
  }

  it('tells nothing of what a refused address holds', () => {
    assert.throws(
      () =>
        checkAddress('data:text/plain,secret', 'http://a.example/', { ...subject, url: 'http://u:secret@a/?t=secret' }),
      (error: TransferError) => !JSON.stringify(error).includes('secret') && error.hint.length > 0,
    );
  });
});

describe('engine/transport: origin policy', () => {
  const home = 'https://home.example';
  const cases: [what: string, home: string[], other: string[], got: string[] | undefined][] = [
    ['a public host leads to a public one', ['203.0.113.1'], ['203.0.113.2'], ['203.0.113.2']],
    ['a public host leads to a private one', ['203.0.113.1'], ['10.0.0.1'], undefined],
    ['a public host leads to loopback', ['203.0.113.1'], ['127.0.0.1', '::1'], undefined],
    ['a public host leads to a mapped address', ['2001:db8::1'], ['::ffff:10.0.0.1'], undefined],
    ['a public host leads to a mixed one', ['203.0.113.1'], ['10.0.0.1', '8.8.8.8', 'fd00::1'], ['8.8.8.8']],
    ['a private host leads to a private one', ['192.168.0.9'], ['10.0.0.1'], ['10.0.0.1']],
    ['a private host leads to a public one', ['127.0.0.1'], ['203.0.113.2'], ['203.0.113.2']],
    ['a mixed host leads to a private one', ['10.0.0.1', '203.0.113.1'], ['10.0.0.2'], undefined],
    ['a host that is not known leads to a private one', [], ['10.0.0.2'], undefined],
  ];
  for (const [what, homeAt, otherAt, got] of cases) {
    it(what, async () => {
      const policy = new OriginPolicy(home, false, {
        resolve: resolving({ 'home.example': [homeAt], other: [otherAt] }),
      });
      const found = await lookUp(policy, 'other');
      if (got) assert.deepEqual(found, got);
      else assert.ok(found instanceof PrivateAddressError);
      const open = new OriginPolicy(home, true, { resolve: resolving({ 'home.example': [homeAt], other: [otherAt] }) });
      assert.deepEqual(await lookUp(open, 'other'), otherAt);
    });
  }

  it('gives one address where one is asked for', async () => {
    const policy = new OriginPolicy(home, false, {
      resolve: resolving({ 'home.example': [['10.0.0.1', '203.0.113.1']] }),
    });
    const single = promisify((callback: (error: Error | null, found: unknown[]) => void) =>
      policy.lookup('home.example', {}, (error, address, family) => callback(error, [address, family])),
    );
    assert.deepEqual(await single(), ['203.0.113.1', 4]);
  });

  it('passes on that a host is not known', async () => {
    const found = await lookUp(new OriginPolicy(home, false, { resolve: resolving({}) }), 'other');
    assert.equal((found as NodeJS.ErrnoException).code, 'ENOTFOUND');
  });

  it('is not talked out of it by a user host that turns private, or was private when it was asked first', async () => {
    const turning = resolving({ 'home.example': [['203.0.113.1'], ['10.0.0.1']], other: [['10.0.0.2']] });
    const policy = new OriginPolicy(home, false, { resolve: turning });
    assert.deepEqual(await lookUp(policy, 'home.example'), ['203.0.113.1']);
    assert.ok((await lookUp(policy, 'home.example')) instanceof PrivateAddressError);
    assert.ok((await lookUp(policy, 'other')) instanceof PrivateAddressError);

    const opening = resolving({ 'home.example': [['10.0.0.1'], ['203.0.113.1']], other: [['10.0.0.2']] });
    const second = new OriginPolicy(home, false, { resolve: opening });
    assert.deepEqual(await lookUp(second, 'home.example'), ['10.0.0.1']);
    assert.deepEqual(await lookUp(second, 'other'), ['10.0.0.2']);
    assert.deepEqual(await lookUp(second, 'home.example'), ['203.0.113.1']);
    assert.ok((await lookUp(second, 'other')) instanceof PrivateAddressError);
  });

  it('checks addresses that stand in URLs, however they are written', async () => {
    const policy = new OriginPolicy('http://203.0.113.7', false, { resolve: resolving({}) });
    const written = ['127.0.0.1', '2130706433', '0x7f.1', '017700000001', '[::1]', '[::ffff:10.0.0.1]', '127.1', '0'];
    for (const host of written) {
      const error = await failureOf(policy.check(`http://${host}/x.ts`, undefined, subject));
      assert.equal(error.code, 'HLS_FRAGMENT_POLICY', host);
      assert.match(error.message, /private address/);
      const redirected = await failureOf(policy.check(`http://${host}/x.ts`, 'http://203.0.113.9/', subject));
      assert.equal(redirected.code, 'HLS_FRAGMENT_POLICY', host);
    }
    await policy.check('http://203.0.113.9/x.ts', undefined, subject);
    await new OriginPolicy('http://10.0.0.1', false, { resolve: resolving({}) }).check(
      'http://127.0.0.1/',
      undefined,
      subject,
    );
    await new OriginPolicy('http://203.0.113.7', true, { resolve: resolving({}) }).check(
      'http://127.0.0.1/',
      undefined,
      subject,
    );
  });

  it('refuses http once the user playlist came over https, and never goes down on a redirect', async () => {
    const policy = new OriginPolicy('http://203.0.113.7', false, { resolve: resolving({}) });
    await policy.check('http://203.0.113.8/a', undefined, subject);
    const down = await failureOf(policy.check('http://203.0.113.8/a', 'https://203.0.113.7/', subject));
    assert.match(down.message, /redirects from https down to http/);
    policy.playlistCame('https://203.0.113.7/i.m3u8');
    policy.playlistCame('http://203.0.113.7/later.m3u8');
    assert.match((await failureOf(policy.check('http://203.0.113.8/a', undefined, subject))).message, /down to http/);
    const file = await failureOf(policy.check('file:///etc/passwd', 'https://203.0.113.7/', subject));
    assert.equal(file.code, 'HLS_FRAGMENT_POLICY');
  });
});
