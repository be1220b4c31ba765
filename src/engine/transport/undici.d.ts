// undici ships types for its main entry only. That entry must never be loaded: it replaces the process-wide dispatcher,
// and every other extension's `fetch` would run through our copy.
declare module 'undici/lib/dispatcher/agent.js' {
  import type { Agent } from 'undici';
  const constructor: typeof Agent;
  export default constructor;
}

declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';
  const build: typeof buildConnector;
  export default build;
}

declare module 'undici/lib/core/symbols.js' {
  /** `kHTTP2Session`: a client's connection, where that is one of HTTP/2. */
  const symbols: { readonly kHTTP2Session: unique symbol };
  export default symbols;
}
