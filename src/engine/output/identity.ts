import { crc32 } from 'node:zlib';
import type { Fragment } from '../playlist/model.ts';

/**
 * What tells a fragment from another one, as CRC-32s. `shape` is its place and form in the playlist, which stays when
 * addresses expire and are given out anew; `address` is its whole URL
 * and that of its init segment.
 */
export interface FragmentIdentity {
  shape: number;
  address: number;
}

export function identify(fragment: Fragment): FragmentIdentity {
  const { sequence, durationS, byteRange, keys, map, discontinuitySequence, gap, url } = fragment;
  const range = byteRange ? `${byteRange.length}@${byteRange.offset}` : '';
  const form = `${sequence} ${Math.round(durationS * 1000)} ${discontinuitySequence} ${gap} ${keys[0]?.method ?? ''}`;
  return { shape: crc32(`${form} ${map !== undefined} ${range}`), address: crc32(`${url} ${range} ${map?.url ?? ''}`) };
}
