import type { IncomingHttpHeaders } from 'node:http';

/** Lets the receiver of a body stop and go on reading. Both are idempotent. */
export interface Flow {
  pause(): void;
  resume(): void;
}

/** The head of an answer whose body will be delivered. */
export interface ResponseHead {
  status: number;
  headers: IncomingHttpHeaders;
  /** Bytes that will be delivered, where the origin says so. */
  lengthBytes: number | undefined;
}

/**
 * Takes a body as it arrives, over as many tries as it takes: `onHead` once, with a flow that stays valid. What it
 * throws ends the transfer and is its error. A chunk is valid only during the call.
 */
export interface Receiver {
  onHead(head: ResponseHead, flow: Flow): void;
  onData(chunk: Buffer): void;
}
