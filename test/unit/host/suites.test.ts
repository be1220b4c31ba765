import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../host/found.ts';

describe('integration suites', () => {
  it('are all loaded by the index', () => {
    const folder = join(root, 'test', 'integration');
    const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
    const index = readFileSync(join(folder, 'index.ts'), 'utf8');
    const loaded = [...index.matchAll(/import\('\.\/(.+\.test\.ts)'\)/g)].map((match) => match[1]);
    assert.deepEqual(loaded.toSorted(), files.toSorted());
  });
});
