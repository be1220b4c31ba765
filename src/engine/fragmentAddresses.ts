import type { Resource } from './errors.ts';
import type { Fragment } from './playlist/model.ts';
import { checkAddress } from './transport/originPolicy.ts';

/**
 * Refuses what may not be asked for before anything is: throws a TransferError (`POLICY`). `total`: how many fragments there
 * are, for messages.
 */
export function checkAddresses(fragments: readonly Fragment[], playlistUrl: string, total = ''): void {
  const scheme = new URL(playlistUrl).protocol;
  for (const { index, gap, url, keys, map } of fragments) {
    if (gap) continue;
    const check = (resource: Resource, address: string | undefined, label: string) => {
      // The usual ones are not looked at closer: a playlist may list ten thousands.
      if (address === undefined || address.startsWith(scheme) || address.startsWith('https:')) return;
      checkAddress(address, playlistUrl, { resource, url: address, fragment: index, label });
    };
    check('fragment', url, `Fragment ${index + 1}${total}`);
    check('key', keys[0]?.url, `The key of fragment ${index + 1}`);
    check('init', map?.url, `The init segment of fragment ${index + 1}`);
    check('key', map?.keys[0]?.url, `The key of the init segment of fragment ${index + 1}`);
  }
}
