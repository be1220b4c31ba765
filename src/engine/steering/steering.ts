import { EngineError, TransferError } from '../errors.ts';
import { fetchPlaylist } from '../fetchPlaylist.ts';
import type { MultivariantPlaylist } from '../playlist/model.ts';
import type { Client } from '../transport/client.ts';
import type { FragmentReceipt } from '../receipt.ts';
import { DEFAULT_TTL_S, readSteeringManifest, type SteeringManifest } from './manifest.ts';
import { applyClones, orderPathways } from './pathways.ts';
import { steeringUrl } from './reload.ts';
import { Throughput } from './throughput.ts';

/**
 * A manifest is short, and nothing waits long for it: without it a client goes on with what it knows (§7.4). One try: a
 * second one after “too many requests” would hold back the whole download.
 */
const maxBytes = 1024 * 1024;
const limits = { tries: 1, firstByteMs: 5_000, noProgressMs: 8_000 };

/** However short a TTL or a Retry-After is: a server is not to be flooded, and a timer takes no more than 31 bits. */
const leastWaitMs = 1000;
const mostWaitMs = 2 ** 31 - 1;

/** A playlist as content steering leaves it. */
export interface Steered {
  /** With the pathways that the manifest adds. */
  playlist: MultivariantPlaylist;
  /** Pathways from most to least wanted; absent where nothing is steered. */
  pathways?: readonly string[];
}

/** Asks the content steering server of a playlist which pathway to take (RFC 8216bis §7). */
export class Steering {
  readonly #client: Client;
  #manifest: SteeringManifest | undefined;
  #nextUrl: string | undefined;
  /** The one in use, and how fast it is. */
  #pathway = '.';
  readonly #throughput = new Throughput();
  #asking: Promise<void> | undefined;
  #dueMs = 0;
  #isGone = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** When the server is to be asked again, on the clock of `performance.now()`; never where nothing is steered, or any more. */
  get dueMs(): number | undefined {
    return this.#nextUrl === undefined || this.#isGone ? undefined : this.#dueMs;
  }

  /** The pathway that is in use from now on. */
  use(pathway: string): void {
    if (pathway === this.#pathway) return;
    this.#pathway = pathway;
    this.#throughput.restart(performance.now());
  }

  /** Counts a fragment of a download that began at `downloadMs`, for what the server is told. */
  measure({ state, tries, received, queueMs, firstByteMs, bodyMs }: FragmentReceipt, downloadMs: number): void {
    // The waits between tries say nothing of the line.
    if (state !== 'whole' || tries !== 1) return;
    const startMs = downloadMs + queueMs;
    this.#throughput.add({ startMs, endMs: startMs + firstByteMs + bodyMs, bytes: received });
  }

  /** Applies the manifest, read again when it is old. Rejects with the signal's reason only. */
  async apply(playlist: MultivariantPlaylist): Promise<Steered> {
    if (playlist.steering === undefined) return { playlist };
    if (this.#nextUrl === undefined) {
      this.#nextUrl = playlist.steering.serverUrl;
      this.#pathway = orderPathways(playlist)[0] ?? this.#pathway;
    }
    if (performance.now() >= this.#dueMs) await this.ask();
    return this.applyKnown(playlist);
  }

  /** Applies the manifest as it was read last. */
  applyKnown(playlist: MultivariantPlaylist): Steered {
    if (playlist.steering === undefined) return { playlist };
    const steered = applyClones(playlist, this.#manifest?.clones ?? []);
    return { playlist: steered, pathways: orderPathways(steered, this.#manifest) };
  }

  /**
   * Reads the manifest again; what was known stays where that fails, and stays for good once the server says that it is
   * gone. Rejects with the signal's reason only.
   */
  async ask(signal?: AbortSignal): Promise<void> {
    if (this.dueMs === undefined) return;
    this.#asking ??= this.#read(this.#nextUrl as string, signal).finally(() => (this.#asking = undefined));
    await this.#asking;
  }

  async #read(address: string, signal?: AbortSignal): Promise<void> {
    const { bitsPerSecond } = this.#throughput;
    const report = { pathway: this.#pathway, ...(bitsPerSecond === undefined ? {} : { bitsPerSecond }) };
    const url = steeringUrl(address, report);
    let askedMs: number | undefined;
    try {
      const label = 'The steering manifest';
      const transfer = { url, label, maxBytes, limits, ...(signal ? { signal } : {}) };
      const { text, url: finalUrl } = await fetchPlaylist(this.#client, transfer);
      this.#manifest = readSteeringManifest(text.toString('utf8'), finalUrl);
      this.#nextUrl = this.#manifest.reloadUrl;
    } catch (error) {
      // The pathways that are known are good without it.
      if (!(error instanceof EngineError)) throw error;
      if (error instanceof TransferError && error.status === 410) this.#isGone = true;
      if (error instanceof TransferError && error.status === 429) askedMs = error.retryAfterMs;
    }
    const waitMs = askedMs ?? (this.#manifest?.ttlS ?? DEFAULT_TTL_S) * 1000;
    this.#dueMs = performance.now() + Math.min(mostWaitMs, Math.max(leastWaitMs, waitMs));
  }
}
