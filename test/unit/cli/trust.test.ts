import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startLab } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const labAuthority = path.join(import.meta.dirname, '../../origin/tls/ca.pem');

describe('certificates on the command line', () => {
  it('are trusted beside those that Node trusts, not in their place', async () => {
    await using lab = await startLab();
    await using folder = await temporaryFolder();
    const other = path.join(folder.path, 'other.pem');
    await writeFile(other, rootCertificates[0] as string);
    const url = lab.url('small', { fragments: 2, secure: true });
    const download = (env: NodeJS.ProcessEnv) =>
      promisify(execFile)(
        process.execPath,
        [main, 'download', url, '-o', path.join(folder.path, 'x.ts'), '--ca', other],
        { env: { ...process.env, NODE_NO_WARNINGS: '1', ...env } },
      );
    await download({ NODE_EXTRA_CA_CERTS: labAuthority });
    await assert.rejects(download({}), { code: 3 });
  });

  it('are refused where the file holds none', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'note.pem');
    await writeFile(file, 'no certificate');
    const args = [main, 'inspect', 'https://127.0.0.1:1/x.m3u8', '--ca', file];
    await assert.rejects(
      promisify(execFile)(process.execPath, args),
      ({ code, stderr }: { code: number; stderr: string }) => {
        assert.match(stderr, /There is no certificate \(PEM\) in .*note\.pem\./);
        return code === 2;
      },
    );
  });
});
