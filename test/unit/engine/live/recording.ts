import http from 'node:http';
import { TransferError, type TransferCause } from '../../../../src/engine/errors.ts';
import { follow, type FollowOptions } from '../../../../src/engine/live/follow.ts';
import type { FollowEvent } from '../../../../src/engine/live/followEvent.ts';
import type { MediaPlaylist } from '../../../../src/engine/playlist/model.ts';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { FastClock, ScriptedOrigin, type Script } from './scriptedOrigin.ts';

export interface Recording {
  events: FollowEvent[];
  origin: ScriptedOrigin;
  clock: FastClock;
}

export interface RecordOptions extends Partial<Omit<FollowOptions, 'first' | 'reload'>> {
  /** Sees each event as it comes, and the time. */
  onEvent?: (event: FollowEvent, nowMs: number) => void;
}

/** Records what a scripted origin broadcasts, until it is over. */
export async function record(script: Script, options: RecordOptions = {}): Promise<Recording> {
  const clock = new FastClock();
  const origin = new ScriptedOrigin(script, clock);
  const url = await origin.start();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const { onEvent, ...more } = options;
  const events: FollowEvent[] = [];
  try {
    const load: FollowOptions['reload'] = (query, timeoutMs) =>
      loadPlaylist({ url, query, timeoutMs, origin, clock, agent });
    const never = new AbortController().signal;
    const first = await load({}, 5000, never);
    const following = follow({
      first,
      reload: load,
      from: 'start',
      signal: never,
      stop: never,
      now: clock.now,
      wait: clock.wait,
      ...more,
    });
    for await (const event of following) {
      onEvent?.(event, clock.nowMs);
      if (script.isForgetful !== true) events.push(event);
    }
  } finally {
    agent.destroy();
    await origin.stop();
  }
  return { events, origin, clock };
}

interface Loading {
  url: string;
  query: Readonly<Record<string, string>>;
  timeoutMs: number;
  origin: ScriptedOrigin;
  clock: FastClock;
  agent: http.Agent;
}

/** Reads a playlist as the engine does, over plain HTTP; the time that an answer may take passes on the clock. */
async function loadPlaylist(loading: Loading): Promise<MediaPlaylist> {
  const { status, text } = await get(loading);
  if (status !== 200) throw transferError('STATUS', { status });
  const playlist = readPlaylist(text, loading.url);
  if (playlist.kind === 'media') return playlist;
  throw transferError('CONTENT', {});
}

function transferError(reason: TransferCause, details: { status?: number; cause?: unknown }): TransferError {
  return new TransferError('playlist', reason, `The playlist: ${reason}`, { hint: 'Wait.', ...details });
}

function get({ url, query, timeoutMs, origin, clock, agent }: Loading): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const request = http.get(address, { agent }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
  });
  request.on('error', (cause) => reject(transferError('RESET', { cause })));
  origin.onHang = () => {
    clock.nowMs += timeoutMs;
    reject(transferError('TIMEOUT', {}));
    request.destroy();
  };
  return promise;
}
