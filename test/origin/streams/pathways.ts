import { composed, vod } from './multivariant.ts';
import { transportParts, transportTrack } from './plain.ts';
import type { Reply, Resource, Shape, Stream, Track, Visit } from './stream.ts';
import { OTHER_ORIGIN, TYPES } from './stream.ts';

const VARIANTS = [
  { name: '360p', what: 'BANDWIDTH=500000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360', bytes: 60_000 },
  { name: '2160p', what: 'BANDWIDTH=5200000,CODECS="avc1.640033,mp4a.40.2",RESOLUTION=3840x2160', bytes: 500_000 },
];

/** Two variants of video with audio. */
function tracks(label: string, shape: Shape): Record<string, Track> {
  return Object.fromEntries(
    VARIANTS.map(({ name, bytes }) => {
      const usual = { fragments: 24, fragmentBytes: bytes };
      const parts = transportParts(`${label} ${name}`, `${name}-av`, usual, shape);
      return [name, transportTrack(parts, { folder: `${name}/`, head: vod() })];
    }),
  );
}

/** Each variant twice, at either origin. */
export function redundant(shape: Shape): Stream {
  const variants = tracks('redundant', shape);
  const lines = ['#EXTM3U', '#EXT-X-VERSION:6'];
  for (const { name, what } of VARIANTS) {
    for (const base of ['', `${OTHER_ORIGIN}/redundant/`]) {
      lines.push(`#EXT-X-STREAM-INF:${what}`, `${base}${name}/index.m3u8`);
    }
  }
  return composed(lines, { best: variants['2160p']!, variants, audio: {}, subtitles: {} });
}

export const FIRST_MANIFEST = 'steering.json';
export const NEXT_MANIFEST = 'steering-next.json';

/** Pathway C, which is A at `localhost`. */
export const HOST_CLONE = { 'BASE-ID': 'A', ID: 'C', 'URI-REPLACEMENT': { HOST: 'localhost', PARAMS: { clone: 'C' } } };

/**
 * Pathway A at the first origin, B at the other. The steering manifest tells of two more: C, which is A at `localhost`,
 * and D, the same as B by URIs of its own. `steer=A.B,B.A` gives the order of each reading, the last for ever (default
 * `A.B.C.D`), `ttl` its seconds (300).
 */
export function steering(shape: Shape): Stream {
  const variants = tracks('steering', shape);
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-CONTENT-STEERING:SERVER-URI="${FIRST_MANIFEST}",PATHWAY-ID="A"`,
  ];
  for (const [pathway, base] of [
    ['A', ''],
    ['B', `${OTHER_ORIGIN}/steering/`],
  ]) {
    for (const { name, what } of VARIANTS) {
      const stable = `STABLE-VARIANT-ID="v${name}",PATHWAY-ID="${pathway!}"`;
      lines.push(`#EXT-X-STREAM-INF:${what},${stable}`, `${base!}${name}/index.m3u8`);
    }
  }
  const stream = composed(lines, { best: variants['2160p']!, variants, audio: {}, subtitles: {} });
  const resources = new Map([
    ...stream.resources,
    [FIRST_MANIFEST, manifest(0, [HOST_CLONE], uriClone)],
    [NEXT_MANIFEST, manifest(1, [HOST_CLONE], uriClone)],
  ]);
  return { ...stream, resources };
}

/** A steering manifest (RFC 8216bis §7.2) with PATHWAY-CLONES; the one to reload begins with the second order. */
export function manifest(
  after: 0 | 1,
  clones: readonly object[],
  ofVisit: (visit: Visit) => object[] = () => [],
): Resource {
  const body = (visit: Visit): Reply => ({ body: manifestText(visit, after, [...clones, ...ofVisit(visit)]) });
  return { kind: 'steering', contentType: TYPES.json, body };
}

/** Pathway D, which is B by URIs of its own. */
function uriClone({ search }: Visit): object[] {
  const uris = VARIANTS.map(({ name }) => [
    `v${name}`,
    `${OTHER_ORIGIN}/steering/${name}/index.m3u8${search === '' ? '?' : `${search}&`}clone=D`,
  ]);
  return [{ 'BASE-ID': 'B', ID: 'D', 'URI-REPLACEMENT': { 'PER-VARIANT-URIS': Object.fromEntries(uris) as object } }];
}

function manifestText({ query, search, turn }: Visit, after: number, clones: readonly object[]): string {
  const [steer, ttl] = [query.get('steer') ?? 'A.B.C.D', query.get('ttl') ?? '300'];
  if (!/^[A-Z](?:[.,][A-Z])*$/.test(steer)) throw new RangeError(`steer=${steer} is no order of pathways.`);
  if (!/^[1-9]\d{0,5}$/.test(ttl)) throw new RangeError(`ttl=${ttl} is no number of seconds.`);
  const orders = steer.split(',').map((order) => order.split('.'));
  const value = {
    VERSION: 1,
    TTL: Number(ttl),
    'RELOAD-URI': NEXT_MANIFEST + search,
    'PATHWAY-PRIORITY': orders[Math.min(after === 0 ? 0 : turn, orders.length - 1)],
    'PATHWAY-CLONES': clones,
  };
  return JSON.stringify(value) + '\n';
}
