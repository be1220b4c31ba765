import { EngineError } from './errors.ts';
import type { RecordingEvent } from './events.ts';
import type { FragmentJob } from './fragment/fetchFragment.ts';
import { JobPlanner, type JobQueue } from './fragmentJobs.ts';
import { LiveEdge } from './liveEdge.ts';
import { follow, type FollowOptions } from './live/follow.ts';
import type { EndReason } from './live/followEvent.ts';
import type { JoinPoint } from './live/join.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { MediaPlaylist } from './playlist/model.ts';
import type { CheckedRequest } from './checkRequest.ts';
import type { LiveStream, Source, Stream } from './source.ts';
import type { MainLine } from './subtitles/mainLine.ts';
import type { Client } from './transport/client.ts';

export interface RecordingHooks {
  tell: (event: RecordingEvent) => void;
  /** Aborting it rejects with its reason. */
  signal: AbortSignal;
  /** Aborting it ends the recording well. */
  stop: AbortSignal;
  /** Asks for parts ahead. */
  client: Client;
  /** Takes the fragments of the main stream. */
  line: MainLine;
  /** Paces the readings of the playlists, where time runs faster than the real one. */
  clock?: Required<Pick<FollowOptions, 'now' | 'wait'>> | undefined;
}

/**
 * Follows the live streams of a source, whose fragments go into the queue, and closes it when no more come. Resolves to
 * why each is over; what goes wrong is told through the queue.
 */
export async function recordAll(
  { streams }: Source,
  outputs: readonly OutputFile[],
  request: CheckedRequest,
  queue: JobQueue,
  hooks: RecordingHooks,
): Promise<EndReason[]> {
  try {
    const recordings = streams.flatMap(({ live, ...stream }, index) =>
      live ? [record({ ...stream, live }, outputs[index] as OutputFile, request, queue, hooks)] : [],
    );
    return await Promise.all(recordings);
  } catch (error) {
    queue.fail(error instanceof Error ? error : new Error(String(error)));
    return [];
  } finally {
    queue.close();
  }
}

/** Follows a live stream to its end and makes room for its fragments in the output. Resolves to why it is over. */
async function record(
  stream: Stream & { live: LiveStream },
  output: OutputFile,
  request: CheckedRequest,
  queue: JobQueue,
  hooks: RecordingHooks,
): Promise<EndReason> {
  const planner = new JobPlanner(request, stream, output);
  const { client, line } = hooks;
  const onPlanned = (jobs: readonly FragmentJob[]) => {
    if (stream.name === 'main') line.add(jobs);
  };
  const edge = new LiveEdge({ live: stream.live, request, planner, output, queue, client, onPlanned });
  try {
    return await followTo(edge, planner, stream, request, hooks);
  } catch (error) {
    edge.fail(error);
    throw error;
  } finally {
    edge.end();
  }
}

async function followTo(
  edge: LiveEdge,
  planner: JobPlanner,
  { live: { first, reload }, name }: Stream & { live: LiveStream },
  request: CheckedRequest,
  { tell, signal, stop, clock }: RecordingHooks,
): Promise<EndReason> {
  const { durationS, deadAfterS } = request;
  const ends = {
    ...(durationS === undefined ? {} : { durationS }),
    ...(deadAfterS === undefined ? {} : { deadAfterS }),
  };
  const from = joinPoint(request, first);
  const wantsParts = () => edge.wantsParts;
  for await (const event of follow({ first, reload, from, signal, stop, wantsParts, ...ends, ...clock })) {
    switch (event.type) {
      case 'fragments':
        edge.takeFragments(event.fragments);
        break;
      case 'parts':
        edge.takeParts(event);
        break;
      case 'cut':
        edge.cut();
        break;
      case 'hole': {
        const { fromSequence, count, durationS } = event;
        const startS = planner.skip(durationS);
        tell({ type: 'hole', stream: name, fromSequence, count, startS, durationS });
        break;
      }
      case 'reset':
        tell({ type: 'reset', stream: name, sequence: event.sequence });
        break;
      case 'outage':
        tell({ type: 'outage', stream: name, error: event.error.toJSON() });
        break;
      case 'recovered':
        tell({ type: 'recovered', stream: name, outageMs: Math.round(event.outageMs) });
        break;
      case 'ended':
        if (event.error instanceof EngineError) tell({ type: 'outage', stream: name, error: event.error.toJSON() });
        return event.why;
    }
  }
  return 'stopped';
}

/** A list that still holds the beginning is recorded from there, if nothing else is said: nothing need be missed. */
export function joinPoint({ from }: CheckedRequest, { playlistType, mediaSequence }: MediaPlaylist): JoinPoint {
  return from ?? (playlistType === 'EVENT' || mediaSequence <= 1 ? 'start' : 'edge');
}
