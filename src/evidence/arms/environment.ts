/**
 * What a program gets as its environment, the same for every arm: where to find programs, no proxy, the origin's certificate, and nothing
 * else of the user's, so that neither a secret nor a setting gets into a run.
 *
 * @param scratch for temporary files: the same for all runs, as what is compiled once is kept there (Node's compile cache)
 * @param caFile PEM file of the origin's authority, under the names by which OpenSSL, curl, Python and Node take it
 */
export function armEnvironment(scratch: string, caFile: string | undefined): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const trust = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    LANG: 'C.UTF-8',
    TMPDIR: scratch,
    NO_PROXY: '*',
    no_proxy: '*',
    // In a desktop VS Code, Node is Electron.
    ELECTRON_RUN_AS_NODE: '1',
    ...(caFile === undefined ? {} : Object.fromEntries(trust.map((name) => [name, caFile]))),
  };
}
