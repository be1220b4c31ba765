import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../temporaryFolder.ts';
import type { Outcome } from './publicHost.ts';

const names = [
  '127.0.0.1 localhost',
  '::1 localhost',
  '203.0.113.7 public.test mixed.test',
  '10.9.8.7 inside.test mixed.test',
];

/** A network namespace with addresses and names of its own, then the program. */
const script = `set -e
mount --bind "$1" /etc/hosts
ip link set lo up
ip addr add 203.0.113.7/32 dev lo
ip addr add 10.9.8.7/32 dev lo
exec "$2" "$3"`;

/** Runs publicHost.ts where 203.0.113.7 is an address of this machine. */
async function runApart(): Promise<Outcome[]> {
  await using folder = await temporaryFolder();
  const hosts = path.join(folder.path, 'hosts');
  await writeFile(hosts, `${names.join('\n')}\n`);
  const program = fileURLToPath(new URL('publicHost.ts', import.meta.url));
  // As an ordinary user the namespaces need one of users around them.
  const apart = process.getuid?.() === 0 ? ['-n', '-m'] : ['-r', '-n', '-m'];
  const argv = [...apart, 'sh', '-c', script, 'sh', hosts, process.execPath, program];
  const { stdout } = await promisify(execFile)('unshare', argv, { timeout: 60_000 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}

(process.platform === 'linux' ? describe : describe.skip)('engine/transport: private addresses', function () {
  this.timeout(60_000);
  let outcomes: Outcome[];
  before(async () => (outcomes = await runApart()));

  it('never sends a request of a public playlist to a private address, named or redirected to', () => {
    const refused = outcomes.filter(({ what }) => /^(203\.0\.113\.7|public\.test) (names|redirects)/.test(what));
    const byName = refused.filter(({ what }) => !/mixed|allowed/.test(what));
    assert.equal(byName.length, 30);
    for (const { what, result, message, arrivedAt } of byName) {
      assert.equal(result, 'HLS_FRAGMENT_POLICY', `${what}: ${message}`);
      assert.match(message, /private address/);
      assert.deepEqual(arrivedAt, what.includes('redirects') ? ['203.0.113.7'] : [], what);
    }
  });

  it('ends the download of such a playlist, and of one that names a file, with nothing left', () => {
    const lists = outcomes.filter(({ what }) => what.startsWith('a playlist'));
    assert.equal(lists.length, 6);
    for (const { what, result, arrivedAt } of lists) {
      // The reader of playlists does not let other kinds of addresses in.
      assert.equal(result, what.includes('file') ? 'HLS_PLAYLIST_SYNTAX' : 'HLS_FRAGMENT_POLICY', what);
      assert.deepEqual(new Set(arrivedAt), new Set(['203.0.113.7']), what);
    }
  });

  const allowed: [what: string, result: string, arrivedAt: string[]][] = [
    ['203.0.113.7 names mixed.test', 'ok', ['203.0.113.7', '203.0.113.7']],
    ['203.0.113.7 names 10.9.8.7, which is allowed', 'ok', ['10.9.8.7', '10.9.8.7']],
    ['mixed.test names 10.9.8.7', 'HLS_FRAGMENT_POLICY', ['203.0.113.7']],
  ];
  for (const [what, result, arrivedAt] of allowed) {
    it(what, () => {
      const outcome = outcomes.find((one) => one.what === what);
      assert.equal(outcome?.result, result, outcome?.message);
      assert.deepEqual(outcome.arrivedAt, arrivedAt);
    });
  }

  for (const what of ['10.9.8.7 names what it likes', 'inside.test names what it likes']) {
    it(what, () => assert.equal(outcomes.find((one) => one.what === what)?.result, 'ok'));
  }
});
