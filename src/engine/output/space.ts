import { statfsSync } from 'node:fs';
import path from 'node:path';
import { DiskError } from '../errors.ts';
import type { Variant } from '../playlist/model.ts';
import type { Stream } from '../source.ts';

/** A declared peak (BANDWIDTH, RFC 8216bis §4.4.6.2) is at most so many times the average of an ordinary stream. */
const peakToAverage = 2;

/**
 * Throws a DiskError `HLS_DISK_FULL` when the streams cannot fit: by their byte ranges where the playlist gives them,
 * else by bitrate × duration. A peak bitrate counts half, so that nothing is refused that could fit; the disk has the
 * last word.
 */
export function checkSpace(target: string, streams: readonly Stream[], variant: Variant | undefined): void {
  const needed = estimateBytes(streams, variant);
  const free = freeBytes(path.dirname(target));
  if (needed === undefined || free === undefined || needed <= free) return;
  const figures = `about ${formatBytes(needed)} are needed, ${formatBytes(free)} are free`;
  throw new DiskError('HLS_DISK_FULL', `There is not enough space to write ${target}: ${figures}.`, {
    hint: 'Free space, or choose another folder or a smaller variant.',
  });
}

/** Bytes of all streams, no more than they will have; `undefined` when the playlists do not tell. */
export function estimateBytes(streams: readonly Stream[], variant: Variant | undefined): number | undefined {
  const fragments = streams.flatMap(({ plan }) => plan.fragments).filter(({ gap }) => !gap);
  if (fragments.every(({ byteRange }) => byteRange)) {
    return fragments.reduce((sum, { byteRange }) => sum + (byteRange?.length ?? 0), 0);
  }
  const bitrate = variant && (variant.averageBandwidth ?? variant.bandwidth / peakToAverage);
  // The bitrate of a variant holds for all its renditions together.
  return bitrate && (bitrate * (streams[0]?.plan.durationS ?? 0)) / 8;
}

/** `undefined` where the folder cannot be asked; opening the output will say what is wrong with it. */
function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function formatBytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes >= 1000 ? `${(megabytes / 1000).toFixed(1)} GB` : `${megabytes.toFixed(1)} MB`;
}
