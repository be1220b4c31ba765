import assert from 'node:assert/strict';
import { readProxies } from '../../../src/engine/givenProxies.ts';
import type { ProxySettings } from '../../../src/engine/request.ts';

describe('given proxies', () => {
  const table: [string, Parameters<typeof readProxies>[0], NodeJS.ProcessEnv, ProxySettings | undefined][] = [
    ['nothing', {}, {}, undefined],
    ['each scheme its own', {}, { http_proxy: 'a', HTTPS_PROXY: 'b' }, { http: 'a', https: 'b', noProxy: [] }],
    ['small letters first', {}, { http_proxy: 'a', HTTP_PROXY: 'b' }, { http: 'a', noProxy: [] }],
    ['one for all', {}, { ALL_PROXY: 'a', https_proxy: 'b' }, { http: 'a', https: 'b', noProxy: [] }],
    ['an empty one', {}, { http_proxy: '', all_proxy: 'a', HTTPS_PROXY: '' }, { http: 'a', https: 'a', noProxy: [] }],
    ['empty ones only', {}, { http_proxy: '', https_proxy: '', no_proxy: 'x' }, undefined],
    ['exemptions', {}, { all_proxy: 'a', NO_PROXY: 'x, y z,,' }, { http: 'a', https: 'a', noProxy: ['x', 'y', 'z'] }],
    ['exemptions alone', {}, { NO_PROXY: 'x' }, undefined],
    [
      'a web server',
      {},
      { REQUEST_METHOD: 'GET', HTTP_PROXY: 'evil', all_proxy: 'a' },
      { http: 'a', https: 'a', noProxy: [] },
    ],
    ['a web server in small letters', {}, { REQUEST_METHOD: 'GET', http_proxy: 'a' }, { http: 'a', noProxy: [] }],
    ['the option', { proxy: 'o' }, { http_proxy: 'a', no_proxy: 'x' }, { http: 'o', https: 'o', noProxy: ['x'] }],
    ['both options', { proxy: 'o', noproxy: '' }, { no_proxy: 'x' }, { http: 'o', https: 'o', noProxy: [] }],
    ['exempting by option', { noproxy: 'y' }, { http_proxy: 'a', no_proxy: 'x' }, { http: 'a', noProxy: ['y'] }],
    ['none by option', { proxy: 'none' }, { http_proxy: 'a' }, undefined],
  ];
  for (const [what, values, env, settings] of table) {
    it(`reads ${what}`, () => assert.deepEqual(readProxies(values, env), settings));
  }
});
