import type { LabWorkload } from '../claim.ts';
import type { Recording } from './recording.ts';

/** To the origin's process: what to serve, once; then the end of a lap as often as wanted. */
export type OriginRequest = { type: 'serve'; stream: LabWorkload | Recording } | { type: 'lap' };

/** From it. */
export type OriginReply =
  { type: 'serving'; address: OriginAddress } | { type: 'lap'; lap: OriginLap } | { type: 'failed'; message: string };

/** Where the stream is. */
export interface OriginAddress {
  /** Of the playlist. */
  url: string;
  /** What clients must trust, PEM; absent where the origin speaks in the clear. */
  ca?: string;
}

/** What the origin did since the last lap. */
export interface OriginLap {
  requests: number;
  sentBytes: number;
  /** From the first request to the end of the last answer. */
  activeMs: number;
  /** In which its thread was not waiting for anything. */
  busyMs: number;
  /** Processor time of its thread. */
  cpuMs: number;
  /** Processor time of its whole process since the last lap, idle times included. */
  processCpuMs: number;
}
