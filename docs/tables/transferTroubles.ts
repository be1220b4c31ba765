import type { TransferCause } from '../../src/engine/errors.ts';
import type { Troubles } from './trouble.ts';

/** By the cause of a failed transfer: the second half of `HLS_<RESOURCE>_<CAUSE>`. */
export const transferTroubles: Troubles<TransferCause> = {
  UNREACHABLE: {
    says: ['the host … is not known', 'nothing listens at …', '… cannot be reached', 'the proxy … cannot reach … (…)'],
    why: 'The name is misspelt or gone, the server is down or at another port, there is no network, or the proxy on the way is not what it should be. A playlist is not tried again while nothing has come yet, so that a typo is told at once.',
    help: 'Check the URL and the network. Behind a proxy, check `--proxy`, the environment (`https_proxy`, …) or the setting `http.proxy`; exempt hosts that are reached directly (`--noproxy`, `NO_PROXY`, `http.noProxy`).',
  },
  TLS: {
    says: ['no trusted connection to … (…)', 'no trusted connection to the proxy … (…)'],
    why: 'The certificate has expired, is for another name, or comes from an authority that this machine does not trust: a private one, or a proxy that opens what passes.',
    help: 'Check the address and the clock. On the command line, trust the authority with `--ca authority.pem`. In the editor, the certificates of the system count (unless `http.systemCertificates` is off), and `http.proxyStrictSSL` decides about the proxy. There is no way to verify nothing at all.',
  },
  RESET: {
    says: ['… ended the connection without an answer (…)'],
    why: 'The origin, or something on the way, closed the connection before it said anything: it is overloaded, restarts, or does not like what asks.',
    help: 'Try again or resume. A lower `concurrency` is kinder to a busy origin.',
  },
  TIMEOUT: {
    says: ['no answer within …'],
    why: 'Nothing came for as long as `--first-byte-timeout` (`hotframe.limits.firstByteSeconds`) allows.',
    help: 'Try again or resume, with a lower `concurrency`. Where an origin is known to think for long, raise the limit.',
  },
  STALLED: {
    says: ['no byte for …', '… bytes a second over …'],
    why: 'The answer began and then stopped, or crawled below the lowest rate (`--stall-timeout`, `--min-rate`, `--min-rate-window`; `hotframe.limits.stallSeconds`, `minimumKiBPerSecond`, `rateWindowSeconds`).',
    help: 'Try again or resume. On a line that is really that slow, lower the rate or raise the limits.',
  },
  TRUNCATED: {
    says: [
      'the connection ended after … of … bytes',
      'the connection ended in the middle of the body, after … bytes',
      'the body ends within a packet, after … bytes',
      'the body ends within a box, after … bytes',
      'it says that it is whole (VOD), but #EXT-X-ENDLIST is missing, and more with it perhaps',
    ],
    why: 'Less came than was announced, the bytes end within a packet, box or frame, or they hold less media time than the playlist says. Where the origin allows it, the next try goes on where this one stopped.',
    help: 'Try again or resume. If it is always the same fragment, the origin’s copy is broken: take another variant, or go on without it (`--allow-gaps`, _Allow Gaps_).',
  },
  TOO_LARGE: {
    says: ['more than the … bytes that …', 'more than … bytes when decompressed'],
    why: 'A fragment is larger than its bandwidth and duration can explain, or a playlist larger than its limit. Hotframe stops before it fills the disk.',
    help: 'Check that the URL is the right one. If the stream is really like that, raise `--bandwidth-margin` and `--fragment-allowance`, or `--max-playlist` (`hotframe.limits.bandwidthMargin`, `fragmentMiB`, `playlistMiB`).',
  },
  STATUS: {
    says: ['the origin answered …', '…, and the playlist cannot be read again (…)', 'wants a user name and password'],
    why: 'An HTTP status that is no answer. 408, 425, 429 and 5xx are tried again, and a Retry-After is waited for up to `--max-retry-after`; after 401 and 403 the playlist is read again, once per expiry, for fresh addresses; the others end it at once. 407 is the proxy’s.',
    help: '**401, 403**: the address has expired or wants a header: get a fresh URL and choose _Resume with New URL…_ (or give the same command the new URL), or set the header (`--header`, `--headers-file`, _Hotframe: Set Request Header…_). **404, 410**: it is gone; get a fresh playlist. **407**: give the proxy’s user name and password in its address. **416**: the origin does not have the ranges of its playlist; take another variant. **429**: wait, then go on with a lower `concurrency`. **5xx**: try again later.',
  },
  REDIRECT: {
    says: ['more than … redirects in a row', 'the origin redirects to something that is no address'],
    why: 'The origin sends each request on and on, often because it wants a cookie or a login first.',
    help: 'Open the address in a browser to see where it leads; give the header or the URL that it ends at.',
  },
  POLICY: {
    says: [
      'a public playlist leads to …',
      'the playlist leads from https down to http',
      'the playlist leads to an address that starts with …, not to http or https',
      'the origin redirects from https down to http',
      'the proxy … does not connect to … (…)',
    ],
    why: 'A playlist may lead only to http and https, never from https down to http, and one from a public host never into private networks: it could make this machine ask for things that only it can reach. Or the proxy refuses.',
    help: 'If you trust the origin and mean a private address, allow it: `--allow-private-addresses`, or the setting `hotframe.allowPrivateAddresses`. For the rest, look for another variant or source of the stream; ask who runs the proxy.',
  },
  RANGE: {
    says: [
      'asked for bytes …, got …',
      'the resource ends … bytes before its byte range does',
      'the origin answered a part of it (206), though all was asked for',
    ],
    why: 'The answer is not the part of the file that the playlist names, so that nothing may be joined to it.',
    help: 'Take another variant or origin; a cache on the way may be broken, so another network can help.',
  },
  CONTENT: {
    says: [
      'the answer is no media (it starts with …)',
      'the answer is empty',
      'the answer is no init segment',
      '… bytes are no AES-128 key, which has …',
      'the answer is no whole blocks of AES-128: it was cut, or is something else',
      'the origin compressed it as …, which was not asked for',
      'what … sends is not HTTP (…)',
    ],
    why: 'What came cannot be what was asked for, most often a page that asks for a login or says that there is an error.',
    help: 'Open the address in a browser. Give the header that the origin wants, or a fresh URL.',
  },
  DECRYPT: {
    says: ['the key of the playlist does not decrypt it', 'its samples cannot be decrypted: …'],
    why: 'The key that the playlist names is another one than the fragment was encrypted with: the playlist is old, or its key server answers each client differently.',
    help: 'Get a fresh URL and resume. If the key wants to know who asks, give the header.',
  },
};
