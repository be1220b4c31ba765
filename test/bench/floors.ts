import type { Summary } from './statistics.ts';

/** What one program did in one scenario, over all rounds. Figures are those of the correct runs. */
export interface Row {
  name: string;
  title: string;
  kind: PeerKind;
  version: string;
  runs: number;
  correct: number;
  /** `exact`, `remuxed`, or what was wrong with the first wrong run. */
  output: string;
  wallS?: Summary;
  cpuS?: Summary;
  maxRssBytes?: Summary;
  /** Size of the output ÷ bytes of the stream. */
  outputRatio?: number;
  /** Bytes written ÷ bytes of the stream; absent where the file system does not count them. */
  writtenRatio?: number;
}

/** `self`: this project. `fixed`: the same with a fixed number of transfers at once. `hls`: reads the playlist and makes one file. `transfer`: moves bytes, told what to fetch by a script. */
export type PeerKind = 'self' | 'fixed' | 'hls' | 'transfer';

/** A limit that our own row must keep. */
export type Floor =
  /** A shorter median wall time than each HLS downloader's. */
  | { type: 'aheadOfHls' }
  /** So much slower, at most, in median wall time than the best fixed number of transfers at once. */
  | { type: 'nearBest'; ratio: number }
  /** So much, at most, of another program's median wall or CPU time. */
  | { type: 'against'; program: string; of: 'wall' | 'cpu'; ratio: number }
  /** Median wall time. */
  | { type: 'wall'; atMostS: number }
  /** The largest peak of any round: a bound on memory holds always or not at all. */
  | { type: 'memory'; atMostMiB: number };

export interface FloorResult {
  text: string;
  found: string;
  /** `open`: nothing to compare with, which is no failure. */
  result: 'pass' | 'fail' | 'open';
}

/** A peer whose file is smaller than that did another job: a remux leaves padding out, and writing is half of the work. */
const sameJobRatio = 0.8;

const mib = 1024 * 1024;

/**
 * Checks the rows of one scenario: every program correct in every round where it is ours, in at least one where it is
 * a peer (a peer that never works leaves nothing to compare with), and the floors. No row of ours, no floors.
 */
export function checkFloors(floors: readonly Floor[], rows: readonly Row[]): FloorResult[] {
  const own = rows.find((row) => row.kind === 'self');
  const peers = rows.filter((row) => row.kind !== 'self');
  return [
    ...(own ? [checkOwnOutput(own)] : []),
    ...peers.filter((peer) => peer.correct === 0 && peer.kind !== 'fixed').map(missingPeer),
    ...(own ? floors.flatMap((floor) => checkFloor(floor, own, peers)) : []),
  ];
}

function checkOwnOutput(own: Row): FloorResult {
  return {
    text: `${own.title}: every output is right`,
    found: `${own.correct} of ${own.runs}${own.correct === own.runs ? '' : ` (${own.output})`}`,
    result: passIf(own.correct === own.runs),
  };
}

function missingPeer(peer: Row): FloorResult {
  return { text: `${peer.title}: at least one right output to compare with`, found: peer.output, result: 'fail' };
}

function checkFloor(floor: Floor, own: Row, peers: readonly Row[]): FloorResult[] {
  switch (floor.type) {
    case 'aheadOfHls':
      return peers
        .filter((peer) => peer.kind === 'hls' && peer.wallS !== undefined)
        .map((peer) => checkAhead(own, peer));
    case 'nearBest':
      return checkNearBest(own, peers, floor.ratio);
    case 'against':
      return checkAgainst(own, peers, floor);
    case 'wall':
      return [checkLimit('wall time', own.wallS?.median, floor.atMostS, 's', 2)];
    case 'memory':
      return [checkLimit('peak RSS', own.maxRssBytes && own.maxRssBytes.max / mib, floor.atMostMiB, 'MiB', 0)];
  }
}

function checkAhead(own: Row, peer: Row): FloorResult {
  const text = `ahead of ${peer.title} in wall time`;
  if (!own.wallS || !peer.wallS) return { text, found: 'no figures', result: 'fail' };
  const found = `${(peer.wallS.median / own.wallS.median).toFixed(2)} × as fast`;
  if ((peer.outputRatio ?? 1) < sameJobRatio) {
    return { text, found: `${found}, but it keeps ${formatShare(peer.outputRatio!)} of the bytes`, result: 'open' };
  }
  return { text, found, result: passIf(own.wallS.median < peer.wallS.median) };
}

/** Nothing to say where nothing fixed ran. */
function checkNearBest(own: Row, peers: readonly Row[], most: number): FloorResult[] {
  const fixed = peers.filter((peer) => peer.kind === 'fixed');
  if (fixed.length === 0) return [];
  const text = `wall time at most ${most.toFixed(2)} × that of the best fixed number at once`;
  const timed = fixed.filter((peer) => peer.wallS !== undefined);
  const best = timed.toSorted((a, b) => a.wallS!.median - b.wallS!.median)[0];
  if (!own.wallS || !best?.wallS) return [{ text, found: 'no figures', result: 'fail' }];
  const ratio = own.wallS.median / best.wallS.median;
  return [{ text, found: `${ratio.toFixed(2)} × ${best.title}`, result: passIf(ratio <= most) }];
}

/** Nothing to say where the other program did not run. */
function checkAgainst(
  own: Row,
  peers: readonly Row[],
  { program, of, ratio: most }: Extract<Floor, { type: 'against' }>,
): FloorResult[] {
  const peer = peers.find(({ name }) => name === program);
  if (!peer) return [];
  const text = `${of === 'wall' ? 'wall time' : 'CPU time'} at most ${most.toFixed(2)} × that of ${peer.title}`;
  const [ours, theirs] = of === 'wall' ? [own.wallS, peer.wallS] : [own.cpuS, peer.cpuS];
  if (!ours || !theirs) return [{ text, found: 'no figures', result: 'fail' }];
  const ratio = ours.median / theirs.median;
  return [{ text, found: `${ratio.toFixed(2)} ×`, result: passIf(ratio <= most) }];
}

function checkLimit(what: string, value: number | undefined, limit: number, unit: string, digits: number): FloorResult {
  const text = `${what} at most ${limit} ${unit}`;
  if (value === undefined) return { text, found: 'no figures', result: 'fail' };
  return { text, found: `${value.toFixed(digits)} ${unit}`, result: passIf(value <= limit) };
}

function passIf(isKept: boolean): 'pass' | 'fail' {
  return isKept ? 'pass' : 'fail';
}

/** A ratio in whole percent. */
export function formatShare(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
