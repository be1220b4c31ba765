import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../src/jobs/folder.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

describe('a folder', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('is made with those above it, by several at once, and stays when it is there', async () => {
    const deep = path.join(folder.path, 'a', 'b', 'c');
    await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(path.join(deep, 'd'))]);
    await makeFolder(deep);
    assert.ok((await stat(path.join(deep, 'd'))).isDirectory());
  });

  it('is none where a file is, or below one', async () => {
    const file = path.join(folder.path, 'file');
    await writeFile(file, '');
    await assert.rejects(makeFolder(file), { code: 'EEXIST' });
    await assert.rejects(makeFolder(path.join(file, 'a')), { code: 'ENOTDIR' });
  });

  it('is none where the file system has no such name', async function () {
    if (process.platform !== 'linux') this.skip();
    await assert.rejects(makeFolder('/proc/hotframe/a'), { code: 'ENOENT' });
  });
});
