import assert from 'node:assert/strict';
import { pageUrl } from '../../host/codeServer.ts';
import { cleanEnv } from '../../host/processes.ts';

describe('the page of code-server', () => {
  it('is told the extension with the host and port of the page itself', () => {
    const url = new URL(
      pageUrl('127.0.0.1:1234', { folder: '/a b', development: { extension: '/e', tests: '/e/t.cjs' } }),
    );
    const payload = JSON.parse(url.searchParams.get('payload') ?? '') as [string, string][];
    assert.equal(url.host, '127.0.0.1:1234');
    assert.equal(url.searchParams.get('folder'), '/a b');
    assert.equal(new Map(payload).get('extensionDevelopmentPath'), 'vscode-remote://127.0.0.1:1234/e');
    assert.equal(new Map(payload).get('extensionTestsPath'), 'vscode-remote://127.0.0.1:1234/e/t.cjs');
  });
});

describe('the environment of a VS Code', () => {
  it('holds nothing of a VS Code or an npm around it', () => {
    const before = { ...process.env };
    try {
      Object.assign(process.env, { VSCODE_IPC_HOOK_CLI: 'x', ELECTRON_RUN_AS_NODE: '1', npm_config_x: 'x', PORT: '1' });
      const env = cleanEnv({ HOTFRAME_X: '1' });
      const foreign = Object.keys(env).filter((name) => /^(VSCODE|ELECTRON|npm)_|^PORT$/.test(name));
      assert.deepEqual(foreign, []);
      assert.equal(env['HOTFRAME_X'], '1');
      assert.equal(env['PATH'], process.env['PATH']);
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
    }
  });
});
