import { isAbortError } from '../errors.ts';
import type { MediaPlaylist } from '../playlist/model.ts';
import { wait as waitFor } from '../transport/wait.ts';
import type { FollowEvent } from './followEvent.ts';
import type { JoinPoint } from './join.ts';
import { Session } from './session.ts';

export interface FollowOptions {
  /** The playlist as it was just read. */
  first: MediaPlaylist;
  /**
   * Reads the playlist again, with the delivery directives `query` (RFC 8216bis §6.2.5) added to its address: `_HLS_msn`, where
   * the answer may be held for most of `timeoutMs`, and `_HLS_skip`, where it may be a delta update. Rejects with an EngineError
   * when it fails or takes longer; with the signal's reason once that aborts. Retries are not its business.
   */
  reload(query: Readonly<Record<string, string>>, timeoutMs: number, signal: AbortSignal): Promise<MediaPlaylist>;
  from: JoinPoint;
  /** Whether parts are wanted where they lower the delay (lowLatency.ts); not by default. Asked before each reading. */
  wantsParts?(): boolean;
  /** Ends once fragments of so much media are delivered, declared gaps not counted; the last one is not cut. */
  durationS?: number;
  /** Ends when nothing new has come for so long; from the playlist by default (`deadAfterS` in pace.ts). */
  deadAfterS?: number;
  /** Aborting it rejects with its reason. */
  signal: AbortSignal;
  /** Aborting it ends the recording well. */
  stop: AbortSignal;
  /** Milliseconds on a clock that never goes back; for time that runs faster. */
  now?: () => number;
  /** Waits on that clock; rejects when the signal aborts. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Follows a live or event playlist from reading to reading until it ends, is stopped, long enough or dead: every fragment once and
 * in order, and every hole. Readings that fail are survived for as long as the stream may come back. The playlist is read only while the
 * next event is awaited: take events as they come, don't fetch in between. Rejects with the signal's reason, and with what `reload`
 * rejects with that is neither a TransferError nor a PlaylistError.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<FollowEvent, void, undefined> {
  const { signal, stop } = options;
  const left = new AbortController();
  const session = new Session({
    ...options,
    now: options.now ?? (() => performance.now()),
    wait: options.wait ?? waitFor,
    signal: AbortSignal.any([signal, stop, left.signal]),
  });
  try {
    signal.throwIfAborted();
    let events = session.begin();
    for (;;) {
      for (const event of events) {
        yield event;
        if (event.type === 'ended') return;
      }
      events = await session.next();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!stop.aborted || !(error === stop.reason || isAbortError(error))) throw error;
    yield { type: 'ended', why: 'stopped' };
  } finally {
    left.abort();
  }
}
