import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { startLab, type Fault, type Lab, type RequestRecord, type StreamName } from '../../../origin/lab.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

const headers = { 'X-Secret': 'hidden', Cookie: 'session=hidden', Authorization: 'Bearer hidden' };

/** Ways to the other origin: the fault, and the end of the path of what is asked for there. */
const ways: { what: string; stream: StreamName; fault: Fault; there: RegExp }[] = [
  {
    what: 'a redirected fragment',
    stream: 'small',
    fault: { kind: 'redirect', to: 'cross-origin', index: 2 },
    there: /f000002\.ts$/,
  },
  {
    what: 'a redirected key',
    stream: 'aes-iv',
    fault: { kind: 'redirect', to: 'cross-origin', resource: 'key' },
    there: /\.bin$/,
  },
  {
    what: 'a redirected playlist, and what it lists relatively',
    stream: 'small',
    fault: { kind: 'redirect', to: 'cross-origin', resource: 'playlist' },
    there: /\.(?:m3u8|ts)$/,
  },
  {
    what: 'the fragments of a playlist that lists them elsewhere',
    stream: 'small',
    fault: { kind: 'uri', of: 'fragment', to: 'cross-origin', resource: 'playlist' },
    there: /\.ts$/,
  },
  {
    what: 'a key elsewhere',
    stream: 'aes-iv',
    fault: { kind: 'uri', of: 'key', to: 'cross-origin', resource: 'playlist' },
    there: /\.bin$/,
  },
  {
    what: 'an init segment elsewhere',
    stream: 'fmp4',
    fault: { kind: 'uri', of: 'map', to: 'cross-origin', resource: 'playlist' },
    there: /\.mp4$/,
  },
  {
    what: 'the variants of a playlist that lists them elsewhere',
    stream: 'multivariant',
    fault: { kind: 'uri', of: 'variant', to: 'cross-origin', path: '/index.m3u8' },
    there: /2160p\//,
  },
];

describe('engine: headers', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  for (const secure of [false, true]) {
    for (const { what, stream, fault, there } of ways) {
      it(`go to the origin that they were given for, not to ${what}${secure ? ', over TLS' : ''}`, async () => {
        const session = `${what} ${String(secure)}`;
        const url = lab.url(stream, { fragments: 4, session, secure, faults: [fault] });
        const ca = await readFile(lab.caPath, 'utf8');
        const { receipt } = await downloadTo(url, { headers, ca, limits: shortLimits });
        const { sha256 } = await lab.digest(stream, { fragments: 4 });
        assert.equal(receipt.output?.sha256, sha256, receipt.error?.message);
        const requests = await lab.requests(session);
        assert.ok(requests.length > 4 && hasSecrets(requests[0]!));
        const elsewhere = requests.filter(({ origin }) => origin !== requests[0]!.origin);
        assert.ok(elsewhere.length > 0 && elsewhere.every(({ path }) => there.test(path)));
        assert.deepEqual(elsewhere.filter(hasSecrets), []);
        const here = requests.filter(({ origin }) => origin === requests[0]!.origin);
        assert.deepEqual(
          here.filter((request) => !hasSecrets(request)),
          [],
        );
      });
    }
  }
});

function hasSecrets({ headerNames }: RequestRecord): boolean {
  return Object.keys(headers).some((name) => headerNames.includes(name.toLowerCase()));
}
