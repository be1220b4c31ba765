import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivateAddress } from './addressRanges.ts';
import { PrivateAddressError, privateAddressError, transferError, type Subject } from './faults.ts';

/** Asks for all addresses of a host; as `dns.lookup`. */
export type Resolve = (
  host: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Refuses what a playlist may not name, before a byte is fetched: anything but http and https, and http where the
 * playlist itself came over https. `url` is absolute. Asks no DNS. Throws a TransferError with the cause `POLICY`.
 */
export function checkAddress(url: string, playlistUrl: string, subject: Subject): void {
  if (!URL.canParse(url))
    throw transferError(subject, 'POLICY', 'the playlist names something that is no address', { hint: schemeHint });
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') {
    const what = `the playlist leads to an address that starts with ${protocol}, not to http or https`;
    throw transferError(subject, 'POLICY', what, { hint: schemeHint });
  }
  if (protocol === 'http:' && isSecure(playlistUrl)) {
    throw transferError(subject, 'POLICY', 'the playlist leads from https down to http', { hint: downgradeHint });
  }
}

const schemeHint =
  'Files and other addresses that a playlist names are never opened; check that the playlist is the right one.';
const downgradeHint =
  'What a playlist that came over https names must come over https too; ask the origin, or look for another variant.';

/** The part of the addresses that may be connected to: all, or the public ones. */
export function permittedAddresses(addresses: readonly LookupAddress[], isGuarded: boolean): LookupAddress[] {
  return addresses.filter(({ address }) => !isGuarded || !isPrivateAddress(address));
}

/** How hosts are reached. */
export interface Ways {
  /** Default: as the system does it. */
  resolve?: Resolve;
  /** Whether a proxy connects to it, and resolves its name. Default: none does. */
  isProxied?: (address: URL) => boolean;
}

/**
 * Where the requests of one download may go. When the host that the user named is public, none goes to a private
 * address; when it is itself private, all may. The addresses that are checked are those that are connected to, so a
 * name that changes its address between the two gains nothing.
 */
export class OriginPolicy {
  readonly #userHost: string;
  readonly #allowsPrivate: boolean;
  readonly #resolve: Resolve;
  readonly #isProxied: (address: URL) => boolean;
  /** The user's playlist, where redirects led. */
  #playlistUrl: string;
  #isPlaylistKnown = false;
  /** Schemes and hosts that have passed: most requests go where the one before went. */
  readonly #passed = new Set<string>();
  /** Once one public address of the user's host has been seen, it stays public. */
  #isUserHostPublic: boolean | undefined;

  /** @param origin of the URL that the user gave. */
  constructor(origin: string, allowsPrivate: boolean, { resolve = resolveAll, isProxied = () => false }: Ways = {}) {
    this.#playlistUrl = origin;
    this.#userHost = hostOf(origin);
    this.#allowsPrivate = allowsPrivate;
    this.#resolve = resolve;
    this.#isProxied = isProxied;
    // Where a proxy leads to is not known here: its name says what there is to know.
    if (isIP(this.#userHost) !== 0) this.#isUserHostPublic = !isPrivateAddress(this.#userHost);
    else if (isProxied(new URL(origin))) this.#isUserHostPublic = !isLoopbackName(this.#userHost);
  }

  /** The first playlist came from `url`: the user's own. */
  playlistCame(url: string): void {
    if (this.#isPlaylistKnown) return;
    this.#isPlaylistKnown = true;
    this.#playlistUrl = url;
    this.#passed.clear();
  }

  /** Whether the user's own playlist has come. */
  get isPlaylistKnown(): boolean {
    return this.#isPlaylistKnown;
  }

  /**
   * Checks a URL right before it is asked for; `from` is what redirected to it. Rejects with a TransferError. A host's
   * name is checked when it is looked up; where a proxy does that, only what the name itself says can be.
   */
  async check(url: string, from: string | undefined, subject: Subject): Promise<void> {
    const place = /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;
    if (from === undefined && this.#passed.has(place)) return;
    if (from === undefined) checkAddress(url, this.#playlistUrl, subject);
    else checkRedirect(url, isSecure(this.#playlistUrl) ? this.#playlistUrl : from, subject);
    const host = hostOf(url);
    const isPrivate = isIP(host) !== 0 ? isPrivateAddress(host) : isLoopbackName(host) && this.#isProxied(new URL(url));
    if (isPrivate && (await this.#isGuarded())) {
      throw privateAddressError(subject, new PrivateAddressError(host, host));
    }
    if (from === undefined) this.#passed.add(place);
  }

  /** For the connector: gives the addresses that may be connected to. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.#resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, []);
        return;
      }
      if (host === this.#userHost) this.#userHostIsAt(addresses);
      const permit = (isGuarded: boolean) => {
        const permitted = permittedAddresses(addresses, isGuarded);
        const [first] = permitted;
        if (!first) callback(new PrivateAddressError(host, addresses[0]?.address ?? 'none'), []);
        else if (options.all === true) callback(null, permitted);
        else callback(null, first.address, first.family);
      };
      this.#isGuarded().then(permit, (cause: unknown) => callback(cause as Error, []));
    });
  };

  async #isGuarded(): Promise<boolean> {
    if (this.#allowsPrivate) return false;
    if (this.#isUserHostPublic === undefined) {
      const addresses = await new Promise<LookupAddress[]>((resolve) => {
        // A host that cannot be resolved opens nothing.
        this.#resolve(this.#userHost, { all: true }, (error, found) => resolve(error ? [] : found));
      });
      if (addresses.length === 0) return true;
      this.#userHostIsAt(addresses);
    }
    return this.#isUserHostPublic !== false;
  }

  #userHostIsAt(addresses: readonly LookupAddress[]): void {
    const isPublic = addresses.some(({ address }) => !isPrivateAddress(address));
    if (isPublic || addresses.length > 0) this.#isUserHostPublic = isPublic || this.#isUserHostPublic === true;
  }
}

/** Names of this machine itself (RFC 6761 §6.3). */
function isLoopbackName(host: string): boolean {
  return /^(.*\.)?localhost\.?$/i.test(host);
}

function checkRedirect(url: string, from: string, subject: Subject): void {
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') {
    const what = `the origin redirects to an address that starts with ${protocol}, not to http or https`;
    throw transferError(subject, 'POLICY', what, { hint: schemeHint });
  }
  if (protocol === 'http:' && isSecure(from)) {
    throw transferError(subject, 'POLICY', 'the origin redirects from https down to http', { hint: downgradeHint });
  }
}

function isSecure(url: string): boolean {
  return /^https:/i.test(url);
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

function resolveAll(...[host, options, callback]: Parameters<Resolve>): void {
  systemLookup(host, { ...options, all: true }, callback);
}
