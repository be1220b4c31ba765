import { BlockList, isIP } from 'node:net';

interface Exemption {
  /** `undefined`: every port. */
  port: number | undefined;
  matches(host: string): boolean;
}

/**
 * The hosts that no proxy is used for, as NO_PROXY lists them: a name stands for itself and what is below it, with or
 * without `.` or `*.` before it; an address for itself, however it is written; `10.0.0.0/8` for a range; `*` for all.
 * Behind each may stand a port. What is none of it stands for nothing.
 */
export class Exemptions {
  readonly #entries: readonly Exemption[];

  constructor(list: readonly string[]) {
    this.#entries = list.map((entry) => parseEntry(entry.trim().toLowerCase())).filter((entry) => entry !== undefined);
  }

  /** @param host as the URL parser writes it. */
  has(host: string, port: number): boolean {
    const plain = host.replace(/^\[|\]$|\.$/g, '').toLowerCase();
    return this.#entries.some((entry) => (entry.port ?? port) === port && entry.matches(plain));
  }
}

function parseEntry(entry: string): Exemption | undefined {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  // Its colons are no port.
  const isWholeAddress = isIP(entry.split('/', 1)[0] ?? '') !== 0;
  const text = isWholeAddress ? entry : (bracketed ?? plain ?? '');
  const port = isWholeAddress || portText === undefined ? undefined : Number(portText);
  if (text === '*') return { port, matches: () => true };
  const [address = '', bits] = text.split('/', 2);
  if (isIP(address) !== 0) return addressEntry(address, bits, port);
  const name = text.replace(/^\*?\./, '').replace(/\.$/, '');
  if (name === '') return undefined;
  return { port, matches: (host) => host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)) };
}

function addressEntry(address: string, bitsText: string | undefined, port: number | undefined): Exemption | undefined {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  const bits = bitsText === undefined ? most : /^\d+$/.test(bitsText) ? Number(bitsText) : Infinity;
  if (bits > most) return undefined;
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return { port, matches: (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4') };
}
