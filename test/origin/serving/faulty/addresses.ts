import type { Exchange } from '../exchange.ts';
import type { Fault } from '../faults.ts';

const LITERALS = { loopback: '127.0.0.1', private: '10.0.0.1', 'link-local': '169.254.169.254' } as const;
// A packet's worth of nothing, so that a client that reads it takes it for media.
const PACKET = Buffer.concat([Buffer.from([0x47, 0x1f, 0xff, 0x10]), Buffer.alloc(184, 0xff)]).toString('base64');

/** The address of `reference` (relative to what was asked for) at that place; undefined for `nowhere`. */
export function addressOf(
  to: NonNullable<Fault['to']>,
  reference: string,
  { origins, pathname }: Pick<Exchange, 'origins' | 'pathname'>,
): string | undefined {
  const { pathname: path, search } = new URL(reference, origins.own + pathname);
  switch (to) {
    case 'relative':
    case 'loop':
      return reference;
    case 'nowhere':
      return undefined;
    case 'cross-origin':
      return origins.other + path + search;
    case 'downgrade':
      return origins.plain + path + search;
    case 'file':
      return `file://${path}`;
    case 'data':
      return `data:video/mp2t;base64,${PACKET}`;
    case 'ftp':
      return `ftp://${new URL(origins.own).hostname}${path}`;
    case 'loopback':
    case 'private':
    case 'link-local': {
      const { protocol, port } = new URL(origins.own);
      return `${protocol}//${LITERALS[to]}:${port}${path}${search}`;
    }
    default:
      return to;
  }
}
