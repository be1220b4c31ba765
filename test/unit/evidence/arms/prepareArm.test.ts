import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rememberCommands, unconfirmedCommands } from '../../../../src/evidence/arms/consent.ts';
import { armEnvironment } from '../../../../src/evidence/arms/environment.ts';
import { commandText, prepareArm, type ProgramArm } from '../../../../src/evidence/arms/prepareArm.ts';
import type { Arm } from '../../../../src/evidence/claim.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { anyClaim, programs } from '../claims.ts';

/** An arm that is a program. */
async function prepareProgram(arm: Arm, folder: string): Promise<ProgramArm> {
  const prepared = await prepareArm(arm, folder, programs);
  assert.ok(prepared.kind !== 'host');
  return prepared;
}

describe('arms', () => {
  it('of the engine are downloads by the command line', async () => {
    const arm = await prepareProgram({ name: 'a', engine: { concurrency: 4, write: 'buffered' } }, '/');
    assert.deepEqual(arm.facts.command, [
      ...['hotframe', 'download', '{url}', '-o', '{out}'],
      ...['--write', 'buffered', '--concurrency', '4'],
    ]);
    const command = arm.command({ url: 'http://x/', out: '/o', caFile: '/ca.pem' });
    assert.deepEqual(command.slice(0, 2), [process.execPath, programs.cli]);
    assert.deepEqual(command.slice(2), [
      ...['download', 'http://x/', '-o', '/o', '--json', '--no-resume', '--ca', '/ca.pem'],
      ...['--write', 'buffered', '--concurrency', '4'],
    ]);
  });

  it('of the engine differ where their options do', async () => {
    const fingerprint = async (engine: object) =>
      (await prepareArm({ name: 'a', engine }, '/', programs)).facts.fingerprint;
    assert.equal(await fingerprint({ concurrency: 4, http: '2' }), await fingerprint({ http: '2', concurrency: 4 }));
    assert.notEqual(await fingerprint({ concurrency: 4 }), await fingerprint({ concurrency: 8 }));
  });

  it('of the extension host are for VS Code', async () => {
    const arm = { name: 'a', engine: {}, runsIn: 'extensionHost' as const };
    await assert.rejects(prepareArm(arm, '/', programs), { code: 'CLAIM_UNTESTABLE' });
  });

  it('of the extension host are what that runs: its editor, its Node and its scripts', async () => {
    await using folder = await temporaryFolder();
    const script = path.join(folder.path, 'worker.cjs');
    const prepare = async (application: string, code: string) => {
      await writeFile(script, code);
      const facts = { application, node: 'v24.1.0', version: '0.2.0', scripts: [script] };
      const host = { describe: () => Promise.resolve(facts), download: () => Promise.reject(new Error('not now')) };
      const arm = { name: 'a', engine: { write: 'buffered' as const }, runsIn: 'extensionHost' as const };
      return (await prepareArm(arm, '/', { ...programs, host })).facts;
    };
    const facts = await prepare('Editor 1.0', 'one');
    assert.equal(facts.program, 'hotframe 0.2.0 in the extension host of Editor 1.0');
    assert.deepEqual(facts.command.slice(-2), ['--write', 'buffered']);
    assert.deepEqual(facts.versions, ['Editor 1.0', 'Node 24.1.0 in its extension host']);
    assert.equal((await prepare('Editor 1.0', 'one')).fingerprint, facts.fingerprint);
    assert.notEqual((await prepare('Editor 1.0', 'another')).fingerprint, facts.fingerprint);
    assert.notEqual((await prepare('Editor 1.1', 'one')).fingerprint, facts.fingerprint);
  });

  it('may be a program in the folder of the claim, or on the path', async () => {
    await using folder = await temporaryFolder();
    const program = path.join(folder.path, 'fetch');
    await writeFile(program, 'one');
    const near = { name: 'a', command: ['./fetch', '--to={out}', '{url}'] };
    const arm = await prepareProgram(near, folder.path);
    assert.deepEqual(arm.command({ url: 'http://x/', out: '/o' }), [program, '--to=/o', 'http://x/']);
    await writeFile(program, 'another');
    const changed = await prepareProgram(near, folder.path);
    assert.notEqual(changed.facts.fingerprint, arm.facts.fingerprint);
    const found = await prepareProgram({ name: 'a', command: ['perl', '{url}', '{out}'] }, folder.path);
    assert.equal(found.command({ url: 'u', out: 'o' })[0], 'perl');
    const missing = { name: 'a', command: ['./no-such', '{url}', '{out}'] };
    await assert.rejects(
      prepareArm(missing, folder.path, programs),
      /The program of the arm "a" is not there: \.\/no-such/,
    );
  });

  it('change with the files that their arguments name', async () => {
    await using folder = await temporaryFolder();
    const script = path.join(folder.path, 'fetch.pl');
    await writeFile(script, 'one');
    const arm = { name: 'a', command: ['perl', 'fetch.pl', '{url}', '{out}'] };
    const before = await prepareArm(arm, folder.path, programs);
    await writeFile(script, 'another');
    assert.notEqual((await prepareArm(arm, folder.path, programs)).facts.fingerprint, before.facts.fingerprint);
  });

  it('get nothing of the environment but the path, the home and the certificate', () => {
    process.env['HOTFRAME_TEST_SECRET'] = 'secret';
    try {
      const environment = armEnvironment('/scratch', '/ca.pem');
      assert.ok(!Object.values(environment).includes('secret'));
      assert.equal(environment['SSL_CERT_FILE'], '/ca.pem');
      assert.equal(environment['PATH'], process.env['PATH']);
    } finally {
      delete process.env['HOTFRAME_TEST_SECRET'];
    }
  });

  it('are shown as a shell would take them', () => {
    assert.equal(commandText(['curl', '-o', '{out}', '{url}']), 'curl -o {out} {url}');
    assert.equal(commandText(['a b', "it's", '$(x)', '']), String.raw`'a b' 'it'\''s' '$(x)' ''`);
  });

  it('that are commands are to be confirmed once, each exact one in its folder', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'state', 'commands');
    const [one, other] = [
      ['a', '{url}', '{out}'],
      ['b', '{url}', '{out}'],
    ];
    const claim = {
      ...anyClaim,
      baseline: { name: 'one', command: one },
      candidate: { name: 'other', command: other },
    };
    const names = async (from: string) => (await unconfirmedCommands(claim, from, file)).map(({ name }) => name);
    assert.deepEqual(await names('/here'), ['one', 'other']);
    await rememberCommands([{ name: 'one', command: one }], '/here', file);
    assert.deepEqual(await names('/here'), ['other']);
    assert.deepEqual(await names('/elsewhere'), ['one', 'other']);
    await rememberCommands([{ name: 'other', command: other }], '/here', file);
    assert.deepEqual(await names('/here'), []);
    const changed = { ...claim, candidate: { name: 'other', command: [...other, '-x'] } };
    assert.equal((await unconfirmedCommands(changed, '/here', file)).length, 1);
  });
});
