import { readFile } from 'node:fs/promises';
import type { ParseArgsOptionsConfig } from 'node:util';
import { helpLine, type Refusal } from './arguments.ts';
import { readProxies } from '../engine/givenProxies.ts';
import type { ProxySettings } from '../engine/request.ts';
import { environmentHeaders, readHeaders } from './headers.ts';

/** How an origin is talked to. */
export interface Connection {
  /** Sent to the playlist's origin only. */
  headers: Record<string, string>;
  /** PEM certificates trusted in addition to the system's. */
  ca?: string;
  proxy?: ProxySettings;
  /** A playlist from a public host may lead to loopback, link-local and private addresses. */
  allowPrivateAddresses: boolean;
}

/** The options of every command that talks to an origin, as `parseArgs` takes them. */
export const connectionParsing = {
  header: { type: 'string', multiple: true, default: [] as string[] },
  'headers-file': { type: 'string' },
  ca: { type: 'string' },
  proxy: { type: 'string' },
  noproxy: { type: 'string' },
  'allow-private-addresses': { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

/** The lines of the help. */
export const connectionHelp: string = [
  helpLine("--header 'Name: value'", "sent to the playlist's origin only; may be repeated"),
  helpLine('--headers-file <file>', 'the same, a header a line; or in the environment: HOTFRAME_HEADERS'),
  helpLine('--ca <pem>', "trust these certificates too, beside the system's"),
  helpLine('--proxy <url>', 'http://, https:// or socks5://[user:password@]host[:port], or none;'),
  helpLine('', 'else HTTP_PROXY, HTTPS_PROXY, ALL_PROXY of the environment'),
  helpLine('--noproxy <hosts>', 'what is reached directly, with commas between; else NO_PROXY'),
  helpLine('--allow-private-addresses', 'let a public playlist lead to loopback and private networks'),
].join('');

interface ConnectionValues {
  header: string[];
  'headers-file'?: string | undefined;
  ca?: string | undefined;
  proxy?: string | undefined;
  noproxy?: string | undefined;
  'allow-private-addresses': boolean;
}

/** Reads the files that the options name. Rejects with a UsageError, or with what `refuse` makes of it. */
export async function readConnection(
  values: ConnectionValues,
  env: NodeJS.ProcessEnv,
  refuse: Refusal,
): Promise<Connection> {
  const headers = { ...environmentHeaders(env), ...(await readHeaders(values['headers-file'], values.header)) };
  const ca = values.ca === undefined ? {} : { ca: await readCertificates(values.ca, refuse) };
  const proxy = readProxies(values, env);
  return { headers, ...ca, ...(proxy ? { proxy } : {}), allowPrivateAddresses: values['allow-private-addresses'] };
}

async function readCertificates(file: string, refuse: Refusal): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw refuse(`The certificates in ${file} cannot be read.`, cause);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw refuse(`There is no certificate (PEM) in ${file}.`);
  return text;
}
