import { readProxies } from '../engine/givenProxies.ts';
import type { ProxySettings } from '../engine/request.ts';

/**
 * The proxies as VS Code's own settings say: `http.proxy` (where it is empty, the environment), `http.noProxy` and
 * `http.proxyStrictSSL`; none where `http.proxySupport` is off.
 * @param read gives the value of a setting under `http`, whatever stands in settings.json.
 */
export function proxiesOf(read: (name: string) => unknown, env: NodeJS.ProcessEnv): ProxySettings | undefined {
  if (read('proxySupport') === 'off') return undefined;
  const [proxy, noProxy] = [read('proxy'), read('noProxy')];
  const exempted = Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === 'string') : [];
  const given = {
    ...(typeof proxy === 'string' && proxy.trim() !== '' ? { proxy: proxy.trim() } : {}),
    ...(exempted.length > 0 ? { noproxy: exempted.join(',') } : {}),
  };
  const proxies = readProxies(given, env);
  return proxies === undefined ? undefined : { ...proxies, isStrict: read('proxyStrictSSL') !== false };
}
