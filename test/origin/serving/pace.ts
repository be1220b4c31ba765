import type { Options } from './options.ts';

const slowness = 10;

/** For each session its connections, counted from 1. */
const counted = new Map<string, { places: WeakMap<object, number>; last: number }>();

/** Bytes of bodies per second that a connection sends, as the options say; undefined where nothing holds it back. */
export function paceOf(connection: object, options: Options): number | undefined {
  const { bytesPerSecond, slowOneIn, session = '' } = options;
  if (bytesPerSecond === undefined || slowOneIn === undefined) return bytesPerSecond;
  const isSlow = placeOf(connection, session) % slowOneIn === 0;
  return isSlow ? Math.ceil(bytesPerSecond / slowness) : bytesPerSecond;
}

function placeOf(connection: object, session: string): number {
  let connections = counted.get(session);
  if (!connections) {
    connections = { places: new WeakMap(), last: 0 };
    counted.set(session, connections);
  }
  let place = connections.places.get(connection);
  if (place === undefined) {
    place = ++connections.last;
    connections.places.set(connection, place);
  }
  return place;
}
