import type { HostEnd, HostFacts, HostOrder } from './armHost.ts';

/** From a process that tests a claim to the one that started it. `id` tells its calls apart. */
export type HostRequest =
  | { type: 'host.describe'; id: number }
  | { type: 'host.download'; id: number; order: HostOrder }
  /** Of the download with that id. */
  | { type: 'host.cancel'; id: number };

/** The answer to the call with that id. */
export type HostReply =
  | { type: 'host.facts'; id: number; facts: HostFacts }
  | { type: 'host.end'; id: number; end: HostEnd }
  /** It cannot be done at all. */
  | { type: 'host.failed'; id: number; message: string };

/** Whether a message is one of these: others go over the same channel. */
export function isHostMessage(message: unknown): message is HostRequest | HostReply {
  if (typeof message !== 'object' || message === null) return false;
  const { type, id } = message as { type?: unknown; id?: unknown };
  return typeof type === 'string' && type.startsWith('host.') && typeof id === 'number';
}
