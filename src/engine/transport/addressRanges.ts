/** First address and prefix length of what is not reached over the public internet (IANA special-purpose registry). */
const privateRanges4: readonly (readonly [number, number, number, number, number])[] = [
  [0, 0, 0, 0, 8], // unspecified, "this network" (RFC 1122)
  [10, 0, 0, 0, 8], // RFC 1918
  [100, 64, 0, 0, 10], // shared (RFC 6598)
  [127, 0, 0, 0, 8], // loopback
  [169, 254, 0, 0, 16], // link-local (RFC 3927), clouds' metadata services among them
  [172, 16, 0, 0, 12], // RFC 1918
  [192, 0, 0, 0, 24], // protocol assignments (RFC 6890)
  [192, 168, 0, 0, 16], // RFC 1918
  [224, 0, 0, 0, 4], // multicast
  [240, 0, 0, 0, 4], // reserved, broadcast
];

/** As above, for IPv6: leading 16-bit groups and prefix length. */
const privateRanges6: readonly (readonly [readonly number[], number])[] = [
  [[0x64, 0xff9b, 1], 48], // local NAT64 (RFC 8215)
  [[0x100], 64], // discard (RFC 6666)
  [[0xfc00], 7], // unique local (RFC 4193)
  [[0xfe80], 10], // link-local
  [[0xfec0], 10], // site-local (RFC 3879)
  [[0xff00], 8], // multicast
];

/** Prefixes, as whole groups, behind which 32 bits are an IPv4 address that the packet ends up at. */
const embeddings: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0xffff], // IPv4-mapped (RFC 4291 §2.5.5.2)
  [0, 0, 0, 0, 0xffff, 0], // IPv4-translated (RFC 2765)
  [0, 0, 0, 0, 0, 0], // IPv4-compatible (RFC 4291 §2.5.5.1); `::` and `::1` among them
  [0x64, 0xff9b, 0, 0, 0, 0], // NAT64 (RFC 6052)
  [0x2002], // 6to4 (RFC 3056)
];

/**
 * Whether an address, as DNS or a URL gives it (IPv6 without brackets, with or without a zone), is one of a private
 * network or of this machine: loopback, link-local, private, shared, unspecified, multicast, broadcast, reserved, or an
 * IPv6 form of such. Documentation and benchmarking ranges count as public. What is no address counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const four = parseIPv4(address);
  if (four) return isPrivate4(four);
  const groups = parseIPv6(address);
  return groups === undefined || isPrivate6(groups);
}

/** The bytes of an address as DNS or a URL gives it (IPv6 without brackets): 4, 16, or `undefined` where it is a name. */
export function addressBytes(address: string): number[] | undefined {
  const four = parseIPv4(address);
  if (four !== undefined) return [24, 16, 8, 0].map((shift) => (four >>> shift) & 0xff);
  return address.includes(':') ? parseIPv6(address)?.flatMap((group) => [group >> 8, group & 0xff]) : undefined;
}

function isPrivate4(address: number): boolean {
  return privateRanges4.some(([a, b, c, d, bits]) => {
    const shift = 32 - bits;
    return address >>> shift === bytesToNumber([a, b, c, d]) >>> shift;
  });
}

function isPrivate6(groups: readonly number[]): boolean {
  for (const prefix of embeddings) {
    if (!prefix.every((group, index) => groups[index] === group)) continue;
    return isPrivate4(embeddedAt(groups, prefix.length));
  }
  // Teredo (RFC 4380): the client's address is at the end, inverted.
  if (groups[0] === 0x2001 && groups[1] === 0) return isPrivate4(~embeddedAt(groups, 6) >>> 0);
  return privateRanges6.some(([prefix, bits]) => hasPrefix(groups, prefix, bits));
}

function embeddedAt(groups: readonly number[], index: number): number {
  return (((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0)) >>> 0;
}

function hasPrefix(groups: readonly number[], prefix: readonly number[], bits: number): boolean {
  for (let index = 0; index * 16 < bits; index++) {
    const shift = Math.max(0, 16 - (bits - index * 16));
    if ((groups[index] ?? 0) >>> shift !== (prefix[index] ?? 0) >>> shift) return false;
  }
  return true;
}

function bytesToNumber(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0) >>> 0;
}

function parseIPv4(text: string): number | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 255) ? bytesToNumber(bytes) : undefined;
}

function parseIPv6(text: string): number[] | undefined {
  const address = text.replace(/%.*$/, '');
  if (!URL.canParse(`http://[${address}]/`)) return undefined;
  // The URL parser writes the dotted forms as groups and leaves one `::` at most.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
