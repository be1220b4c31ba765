import { readFile } from 'node:fs/promises';
import type { ParseArgsOptionsConfig } from 'node:util';
import { helpLine, type Refusal } from './arguments.ts';
import { environmentHeaders, readHeaders } from './headers.ts';

/** How an origin is talked to. */
export interface Connection {
  /** Sent to the playlist's origin only. */
  headers: Record<string, string>;
  /** PEM certificates trusted in addition to the system's. */
  ca?: string;
  /** A playlist from a public host may lead to loopback, link-local and private addresses. */
  allowPrivateAddresses: boolean;
}

/** The options of every command that talks to an origin, as `parseArgs` takes them. */
export const connectionParsing = {
  header: { type: 'string', multiple: true, default: [] as string[] },
  'headers-file': { type: 'string' },
  ca: { type: 'string' },
  'allow-private-addresses': { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

/** The lines of the help. */
export const connectionHelp: string = [
  helpLine("--header 'Name: value'", "sent to the playlist's origin only; may be repeated"),
  helpLine('--headers-file <file>', 'the same, a header a line; or in the environment: HOTFRAME_HEADERS'),
  helpLine('--ca <pem>', "trust these certificates too, beside the system's"),
  helpLine('--allow-private-addresses', 'let a public playlist lead to loopback and private networks'),
].join('');

interface ConnectionValues {
  header: string[];
  'headers-file'?: string | undefined;
  ca?: string | undefined;
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
  return { headers, ...ca, allowPrivateAddresses: values['allow-private-addresses'] };
}

async function readCertificates(file: string, refuse: Refusal): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw refuse(`The certificates in ${file} cannot be read.`, cause);
  }
}
