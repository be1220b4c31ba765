import assert from 'node:assert/strict';
import type { ProxySettings } from '../../../src/engine/request.ts';
import { proxiesOf } from '../../../src/shell/proxySettings.ts';

describe("the workbench's proxy", () => {
  const env = { https_proxy: 'http://env:1', no_proxy: 'a.example' };
  const cases: [string, Record<string, unknown>, NodeJS.ProcessEnv, ProxySettings | undefined][] = [
    ['is none where none is set', { proxy: '', noProxy: [], proxyStrictSSL: true }, {}, undefined],
    [
      'is that of the setting, for every address',
      { proxy: ' http://set:2 ', noProxy: ['b.example', '10.0.0.0/8'], proxyStrictSSL: true },
      env,
      { http: 'http://set:2', https: 'http://set:2', noProxy: ['b.example', '10.0.0.0/8'], isStrict: true },
    ],
    [
      'is that of the environment where the setting is empty',
      { proxy: '', noProxy: [] },
      env,
      { https: 'http://env:1', noProxy: ['a.example'], isStrict: true },
    ],
    [
      'may have a certificate that nobody vouches for',
      { proxy: 'https://set:2', proxyStrictSSL: false },
      {},
      { http: 'https://set:2', https: 'https://set:2', noProxy: [], isStrict: false },
    ],
    ['is none where the workbench is to use none', { proxySupport: 'off', proxy: 'http://set:2' }, env, undefined],
    [
      'is not what stands in settings.json and is no text',
      { proxy: 7, noProxy: ['x', 7], proxyStrictSSL: 'no' },
      env,
      { https: 'http://env:1', noProxy: ['x'], isStrict: true },
    ],
  ];
  for (const [what, settings, environment, expected] of cases) {
    it(what, () =>
      assert.deepEqual(
        proxiesOf((name) => settings[name], environment),
        expected,
      ),
    );
  }
});
