import type { ProxySettings } from './request.ts';

/** What a person says of proxies: one for all addresses, and the hosts that need none. */
export interface GivenProxies {
  proxy?: string | undefined;
  noproxy?: string | undefined;
}

/**
 * The proxy that is given (`none`: no proxy), else those of the environment, as curl reads it: `http_proxy`, `https_proxy`, then
 * `all_proxy`; `no_proxy`, which holds for the options too; each in small letters or capitals, an empty one counts as none.
 * `undefined` where there is none.
 */
export function readProxies({ proxy, noproxy }: GivenProxies, env: NodeJS.ProcessEnv): ProxySettings | undefined {
  if (proxy === 'none') return undefined;
  const { http, https } = proxy === undefined ? environmentProxies(env) : { http: proxy, https: proxy };
  if (http === undefined && https === undefined) return undefined;
  const list = noproxy ?? variable(env, 'no_proxy') ?? '';
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    noProxy: list.split(/[\s,]+/).filter((entry) => entry !== ''),
  };
}

function environmentProxies(env: NodeJS.ProcessEnv): { http: string | undefined; https: string | undefined } {
  const all = variable(env, 'all_proxy');
  // Where a web server starts us, HTTP_PROXY is the header "Proxy" of who asks it.
  const http = env['REQUEST_METHOD'] === undefined ? variable(env, 'http_proxy') : env['http_proxy'];
  return { http: http === '' ? all : (http ?? all), https: variable(env, 'https_proxy') ?? all };
}

function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '');
}
