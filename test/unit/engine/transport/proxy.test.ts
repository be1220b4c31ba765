import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { isForwarded, parseProxy, Proxies, type Proxy } from '../../../../src/engine/transport/proxy.ts';
import { connectDialogue, socksDialogue, type Dialogue } from '../../../../src/engine/transport/proxyDialogues.ts';
import { Exemptions } from '../../../../src/engine/transport/noProxy.ts';

describe('engine/transport: a proxy as it is written', () => {
  const readable: [string, Omit<Proxy, 'label'>, string][] = [
    ['http://p:3128', { kind: 'http', host: 'p', port: 3128, credentials: undefined }, 'http://p:3128'],
    ['p:3128', { kind: 'http', host: 'p', port: 3128, credentials: undefined }, 'http://p:3128'],
    ['http://P.example', { kind: 'http', host: 'p.example', port: 80, credentials: undefined }, 'http://p.example:80'],
    ['http://p:80/', { kind: 'http', host: 'p', port: 80, credentials: undefined }, 'http://p:80'],
    ['https://p', { kind: 'https', host: 'p', port: 443, credentials: undefined }, 'https://p:443'],
    ['socks5://p', { kind: 'socks5', host: 'p', port: 1080, credentials: undefined }, 'socks5://p:1080'],
    [
      'socks5h://P.Example:9',
      { kind: 'socks5', host: 'p.example', port: 9, credentials: undefined },
      'socks5://p.example:9',
    ],
    ['socks://[::1]:9', { kind: 'socks5', host: '::1', port: 9, credentials: undefined }, 'socks5://[::1]:9'],
    ['http://[::1]:9', { kind: 'http', host: '::1', port: 9, credentials: undefined }, 'http://[::1]:9'],
    [
      'me:a%40b%3a@p:1',
      { kind: 'http', host: 'p', port: 1, credentials: { user: 'me', password: 'a@b:' } },
      'http://p:1',
    ],
    [
      'socks5://me@p:1',
      { kind: 'socks5', host: 'p', port: 1, credentials: { user: 'me', password: '' } },
      'socks5://p:1',
    ],
    [
      'http://m:50%@p:1',
      { kind: 'http', host: 'p', port: 1, credentials: { user: 'm', password: '50%' } },
      'http://p:1',
    ],
  ];
  for (const [text, proxy, label] of readable) {
    it(`reads ${text}`, () => assert.deepEqual(parseProxy(text), { ...proxy, label }));
  }

  for (const text of [
    '',
    'socks4://me:hush@p:1',
    'ftp://me:hush@p',
    'http://me:hush@',
    'http://me:hush@p:99999',
    'file:///p',
  ]) {
    it(`refuses "${text}", and does not repeat it`, () => {
      assert.throws(
        () => parseProxy(text),
        (error: Error) => !inspect(error, { depth: 9 }).includes('hush') && error.name === 'UsageError',
      );
    });
  }

  it('is chosen by the scheme of what is asked for', () => {
    const proxies = new Proxies({ http: 'a:1', https: 'socks5://b:2', noProxy: ['direct.example'] });
    const labelFor = (url: string) => proxies.for(new URL(url))?.label;
    assert.equal(labelFor('http://x.example/'), 'http://a:1');
    assert.equal(labelFor('https://x.example/'), 'socks5://b:2');
    assert.equal(labelFor('https://cdn.direct.example/'), undefined);
    assert.equal(new Proxies({ http: 'a:1' }).for(new URL('https://x.example/')), undefined);
  });

  it('is sent requests for http, unless it speaks SOCKS', () => {
    const isSent = (proxy: string, url: string) => isForwarded(parseProxy(proxy), new URL(url));
    assert.equal(isSent('http://p', 'http://x/'), true);
    assert.equal(isSent('https://p', 'http://x/'), true);
    assert.equal(isSent('http://p', 'https://x/'), false);
    assert.equal(isSent('socks5://p', 'http://x/'), false);
    assert.equal(isForwarded(undefined, new URL('http://x/')), false);
  });
});

describe('engine/transport: hosts without a proxy', () => {
  const table: [string, string, number, boolean][] = [
    ['example.com', 'example.com', 80, true],
    ['example.com', 'EXAMPLE.com.', 80, true],
    ['example.com', 'cdn.example.com', 443, true],
    ['example.com', 'notexample.com', 80, false],
    ['.example.com', 'example.com', 80, true],
    ['.example.com', 'cdn.example.com', 80, true],
    ['*.example.com', 'cdn.example.com', 80, true],
    ['Example.COM', 'cdn.example.com', 80, true],
    ['example.com:8080', 'example.com', 8080, true],
    ['example.com:8080', 'example.com', 80, false],
    ['*', 'anything', 1, true],
    ['*', '::1', 1, true],
    ['', 'anything', 1, false],
    ['.', 'anything', 1, false],
    ['10.0.0.1', '10.0.0.1', 80, true],
    ['10.0.0.1', '10.0.0.10', 80, false],
    ['0.1', '10.0.0.1', 80, false],
    ['10.0.0.1:81', '10.0.0.1', 81, true],
    ['10.0.0.1:81', '10.0.0.1', 80, false],
    ['10.0.0.0/8', '10.9.9.9', 80, true],
    ['10.0.0.0/8', '11.0.0.0', 80, false],
    ['10.0.0.0/8', 'ten.example', 80, false],
    ['10.0.0.0/33', '10.0.0.0', 80, false],
    ['10.0.0.0/x', '10.0.0.0', 80, false],
    ['::1', '[::1]', 80, true],
    ['[::1]', '[::1]', 80, true],
    ['[::1]:81', '[::1]', 80, false],
    ['0:0:0:0:0:0:0:1', '[::1]', 80, true],
    ['fe80::/10', '[fe81::2]', 80, true],
    ['fe80::/10', '[2001:db8::2]', 80, false],
  ];
  for (const [entry, host, port, isDirect] of table) {
    it(`"${entry}" ${isDirect ? 'holds' : 'does not hold'} ${host}:${port}`, () => {
      assert.equal(new Exemptions(['other.example', entry]).has(host, port), isDirect);
    });
  }
});

describe('engine/transport: what is said to a proxy', () => {
  const plain = parseProxy('p:1');
  const known = parseProxy('me:pass@p:1');
  const socks = parseProxy('socks5://p:1');
  const knownSocks = parseProxy('socks5://me:pass@p:1');

  it('asks for a tunnel', () => {
    const said = connectDialogue(known, { host: '2001:db8::1', port: 443 }).next();
    assert.equal(
      said.value?.say.toString(),
      'CONNECT [2001:db8::1]:443 HTTP/1.1\r\nhost: [2001:db8::1]:443\r\nuser-agent: Hotframe\r\nproxy-authorization: Basic bWU6cGFzcw==\r\n\r\n',
    );
  });

  const speeches: [string, Proxy, string, string, string][] = [
    ['a name', socks, 'a.example', '050100', '0501000309612e6578616d706c6501bb'],
    ['an IPv4 address', socks, '203.0.113.7', '050100', '05010001cb00710701bb'],
    ['an IPv6 address', socks, '2001:db8::1', '050100', '0501000420010db800000000000000000000000101bb'],
    ['who has a password', knownSocks, 'a', '05020002', '050100030161' + '01bb'],
  ];
  for (const [what, proxy, host, greeting, request] of speeches) {
    it(`speaks SOCKS 5 for ${what}`, () => {
      const dialogue = socksDialogue(proxy, { host, port: 443 });
      assert.equal(dialogue.next().value?.say.toString('hex'), greeting);
      assert.equal(dialogue.next(Buffer.from([5, 0])).value?.say.toString('hex'), request);
    });
  }

  it('sends user name and password where they are asked for', () => {
    const dialogue = socksDialogue(knownSocks, { host: 'a', port: 443 });
    dialogue.next();
    assert.equal(dialogue.next(Buffer.from([5, 2])).value?.say.toString('hex'), '01026d650470617373');
    assert.equal(dialogue.next(Buffer.from([1, 0])).value?.say.toString('hex'), '05010003016101bb');
  });

  it('refuses what is too long for the protocol', () => {
    const long = { ...knownSocks, credentials: { user: 'u'.repeat(256), password: '' } };
    const dialogue = socksDialogue(long, { host: 'a', port: 443 });
    dialogue.next();
    assert.throws(() => dialogue.next(Buffer.from([5, 2])), { name: 'ProxyError' });
    const named = socksDialogue(socks, { host: 'h'.repeat(256), port: 443 });
    named.next();
    assert.throws(() => named.next(Buffer.from([5, 0])), { name: 'ProxyError' });
  });

  it('takes an answer for whole when it is, however it comes in pieces', () => {
    const answers = [
      {
        dialogue: () => connectDialogue(plain, { host: 'a', port: 443 }),
        answer: Buffer.from('HTTP/1.1 200 Fine\r\nvia: p\r\n\r\n'),
      },
      { dialogue: () => afterGreeting(), answer: Buffer.from('05000001cb00710701bb', 'hex') },
      { dialogue: () => afterGreeting(), answer: Buffer.from(`05000004${'00'.repeat(16)}01bb`, 'hex') },
      { dialogue: () => afterGreeting(), answer: Buffer.from('050000030161' + '01bb', 'hex') },
    ];
    for (const { dialogue, answer } of answers) {
      const talk = dialogue();
      const turn = talk.next(Buffer.from([5, 0])).value;
      assert.ok(turn);
      for (let bytes = 0; bytes < answer.length; bytes++) {
        assert.equal(turn.answerBytes(answer.subarray(0, bytes)), undefined);
      }
      assert.equal(turn.answerBytes(Buffer.concat([answer, Buffer.from('more')])), answer.length);
      assert.equal(talk.next(answer).done, true);
    }
  });

  it('ends in a ProxyError or as told, whatever is answered', () => {
    const answered = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(answered, fc.constantFrom(plain, knownSocks), (pieces, proxy) => {
        const target = { host: 'a', port: 443 };
        const talk = proxy.kind === 'http' ? connectDialogue(proxy, target) : socksDialogue(proxy, target);
        try {
          let received: Buffer = Buffer.alloc(0);
          let turn = talk.next();
          for (const piece of pieces) {
            if (turn.done) return;
            received = Buffer.concat([received, piece]);
            const bytes = turn.value.answerBytes(received);
            if (bytes === undefined) continue;
            turn = talk.next(received.subarray(0, bytes));
            received = received.subarray(bytes);
          }
        } catch (error) {
          assert.equal((error as Error).name, 'ProxyError');
        }
      }),
    );
  });

  function afterGreeting(): Dialogue {
    const dialogue = socksDialogue(socks, { host: 'a', port: 443 });
    dialogue.next();
    return dialogue;
  }
});
