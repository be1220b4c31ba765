import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Fault } from '../../../origin/lab.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import type { Visit, Visited } from './visitPrivately.ts';

const run = promisify(execFile);

const redirected = (to: NonNullable<Fault['to']>): Fault => ({ kind: 'redirect', to, index: 3 });
const listed = (of: NonNullable<Fault['of']>, to: NonNullable<Fault['to']>): Fault => ({
  kind: 'uri',
  of,
  to,
  path: '/index.m3u8',
});

/** From a public host to addresses inside; `PORT` is the lab's. */
const refused: (Pick<Visit, 'stream' | 'fault'> & { code: string })[] = [
  ...(['loopback', 'private', 'link-local', 'http://[::1]:PORT/x.ts', 'http://2130706433:PORT/x.ts'] as const).map(
    (to) => ({ stream: 'small' as const, fault: redirected(to), code: 'HLS_FRAGMENT_POLICY' }),
  ),
  { stream: 'small', fault: redirected('http://inside.example:PORT/x.ts'), code: 'HLS_FRAGMENT_POLICY' },
  { stream: 'small', fault: listed('fragment', 'loopback'), code: 'HLS_FRAGMENT_POLICY' },
  { stream: 'small', fault: listed('fragment', 'http://inside.example:PORT/x.ts'), code: 'HLS_FRAGMENT_POLICY' },
  { stream: 'aes-iv', fault: listed('key', 'link-local'), code: 'HLS_KEY_POLICY' },
  { stream: 'fmp4', fault: listed('map', 'private'), code: 'HLS_INIT_POLICY' },
  { stream: 'multivariant', fault: listed('variant', 'private'), code: 'HLS_PLAYLIST_POLICY' },
  { stream: 'multivariant', fault: listed('rendition', 'private'), code: 'HLS_PLAYLIST_POLICY' },
  {
    stream: 'small',
    fault: { kind: 'redirect', to: 'private', path: '/index.m3u8' },
    code: 'HLS_PLAYLIST_POLICY',
  },
];

/** A network of its own, whose addresses are public and private as need be, and a file of names for it. */
const isolated = ['--net', '--mount', 'sh', '-c'];
const script = `ip link set lo up && ip address add 11.0.0.1/32 dev lo && ip address add 10.0.0.1/32 dev lo &&
  ip address add 169.254.169.254/32 dev lo && mount --bind "$1" /etc/hosts && exec "$2" "$3" "$4"`;

describe('engine: a playlist from a public host', () => {
  const visits: Visit[] = ['11.0.0.1', 'outside.example'].flatMap((host) =>
    refused.flatMap(({ stream, fault }) => [false, true].map((isAllowed) => ({ host, stream, fault, isAllowed }))),
  );
  visits.push({ host: '127.0.0.1', stream: 'small', fault: redirected('private'), isAllowed: false });
  let visited: Visited[] = [];

  before(async function () {
    if (spawnSync('unshare', [...isolated, 'ip link set lo up']).status !== 0) this.skip();
    await using folder = await temporaryFolder();
    const hosts = path.join(folder.path, 'hosts');
    await writeFile(hosts, '127.0.0.1 localhost\n11.0.0.1 outside.example\n10.0.0.1 inside.example\n');
    const child = fileURLToPath(new URL('visitPrivately.ts', import.meta.url));
    const args = [...isolated, script, 'sh', hosts, process.execPath, child, JSON.stringify(visits)];
    visited = JSON.parse((await run('unshare', args)).stdout) as Visited[];
  });

  const visitOf = (host: string, fault: Fault, isAllowed: boolean): Visited => {
    const at = visits.findIndex(
      (visit) => visit.host === host && visit.fault === fault && visit.isAllowed === isAllowed,
    );
    return visited[at]!;
  };

  for (const { stream, fault, code } of refused) {
    const where = `${fault.to ?? ''} (${fault.kind}${fault.of === undefined ? '' : ` of ${fault.of}`}, ${stream})`;
    for (const host of ['11.0.0.1', 'outside.example']) {
      it(`at ${host} does not lead to ${where}`, () => {
        const { ending, message, hint, origins } = visitOf(host, fault, false);
        assert.equal(ending, code, message);
        assert.match(hint, /allow/i);
        assert.deepEqual(origins, [host]);
      });
    }
  }

  it('leads there where that is allowed', () => {
    for (const { fault } of refused.filter(({ fault }) => fault.to === 'private' || fault.to === 'loopback')) {
      const { ending, message, origins } = visitOf('outside.example', fault, true);
      assert.equal(ending, 'correct', message);
      assert.equal(origins.length, 2);
    }
  });

  it('is another thing than one from a private host', () => {
    const { ending, origins } = visited.at(-1)!;
    assert.deepEqual([ending, origins], ['correct', ['127.0.0.1', '10.0.0.1']]);
  });
});
