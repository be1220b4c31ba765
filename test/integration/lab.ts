import { request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Digest, RequestRecord, StreamName } from '../origin/lab.ts';

/** Environment variable with the addresses of the lab that run.ts started. */
export const labVariable = 'HOTFRAME_LAB';

/** The lab as the suites see it: `http`, `https` without a slash at the end, and the certificate that signed the latter. */
export interface LabAddress {
  http: string;
  https: string;
  caPath: string;
}

/** The lab of this run. Throws outside of one. */
export function lab(): LabAddress {
  const value = process.env[labVariable];
  if (value === undefined) throw new Error(`${labVariable} names no lab`);
  return JSON.parse(value) as LabAddress;
}

/** URL of a stream's playlist; `options` as in the lab's `UrlOptions`, faults in the text form of its README. */
export function labUrl(stream: StreamName, options: Record<string, string | number> = {}): string {
  return `${lab().http}/${stream}/index.m3u8?${query(options)}`;
}

/** What a correct download of a stream is. */
export async function labDigest(stream: StreamName, options: Record<string, string | number> = {}): Promise<Digest> {
  return (await ask(`digest?${query({ ...options, stream })}`)) as Digest;
}

/** Every request of a session that the lab saw, in their order. */
export async function sentRequests(session: string): Promise<RequestRecord[]> {
  return (await ask(`requests?${query({ session })}`)) as RequestRecord[];
}

/** The fragments of a session that the lab served whole, by the order of the requests: their paths. */
export async function servedFragments(session: string): Promise<string[]> {
  const records = await sentRequests(session);
  return records.filter(({ path, status }) => !path.endsWith('.m3u8') && status === 200).map(({ path }) => path);
}

async function ask(path: string): Promise<unknown> {
  // Not fetch: the host's global one must not be woken by a test that looks whether the extension woke it.
  const asked = request(`${lab().http}/_lab/${path}`, { agent: false }).end();
  const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { statusCode?: number }];
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`the lab refused ${path}: ${body}`);
  return JSON.parse(body) as unknown;
}

function query(options: Record<string, string | number>): string {
  return new URLSearchParams(
    Object.entries(options).map(([name, value]): [string, string] => [name, `${value}`]),
  ).toString();
}
