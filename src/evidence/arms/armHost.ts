import type { ProfileRequest } from '../../profile/record/recording.ts';
import type { EngineOptions } from '../claim.ts';
import type { HostUsage } from '../measure/hostUsage.ts';

/** An extension host that arms can run in: this process, or the one that started it. */
export interface ArmHost {
  describe(): Promise<HostFacts>;
  /**
   * Downloads once; resolves when nothing is written any more, however it ended. Aborting `signal` cancels it.
   * @throws {EvidenceError} CLAIM_RUN where the host is not there any more
   */
  download(order: HostOrder, signal: AbortSignal): Promise<HostEnd>;
}

/** What an arm in an extension host runs. */
export interface HostFacts {
  /** Name and version of the editor. */
  application: string;
  /** Version of Node in its extension host: `v24.21.0`. */
  node: string;
  /** Of this product. */
  version: string;
  /** Absolute paths of the scripts that a download runs there. */
  scripts: readonly string[];
}

/** One download in an extension host. */
export interface HostOrder {
  url: string;
  /** Absolute path of the file to write. */
  out: string;
  /** PEM file of the origin's authority. */
  caFile?: string;
  engine: EngineOptions;
  /** Recorded meanwhile. */
  profile?: Pick<ProfileRequest, 'kind' | 'path' | 'intervalUs'>;
}

/** How such a download ended. */
export interface HostEnd {
  /** Of the whole host. */
  usage: HostUsage;
  /** Of the receipt; none where there is no receipt. */
  counters: Readonly<Record<string, unknown>>;
  /** Why it doesn't count, in words: it failed, or something else ran beside it. */
  problem?: string;
}
