/** What a path to an origin is like. All of it is optional. */
export interface PathShape {
  /** Milliseconds that bytes take from one end to the other, each way. */
  delayMs?: number;
  /** Bytes per second that all connections get together, and that each one gets, towards the client. */
  totalBytesPerSecond?: number;
  connectionBytesPerSecond?: number;
  /** Of so many connections one in a row, the one in the middle, is ten times slower than the others. */
  slowEvery?: number;
}

/** The names of the settings, as the relay's process is given them. */
export const SHAPE_NAMES = ['delayMs', 'totalBytesPerSecond', 'connectionBytesPerSecond', 'slowEvery'] as const;

/** Whether the connection of that number, from 0, is a slow one. */
export function isSlow({ slowEvery }: PathShape, connection: number): boolean {
  return slowEvery !== undefined && connection % slowEvery === Math.floor(slowEvery / 2);
}
