import type { DownloadEvent } from '../engine/events.ts';
import type { FragmentReceipt } from '../engine/receipt.ts';

/** A log line for what the engine tells; nothing for what happens all the time. */
export function describeEvent(event: DownloadEvent): string | undefined {
  switch (event.type) {
    case 'resumed':
      return event.isChanged
        ? 'the playlist has changed since the earlier try: the download starts over'
        : `going on: ${event.fragments} fragments (${event.bytes} bytes) are there`;
    case 'renewed':
      return 'the addresses of the playlist had expired; it was read again';
    case 'moved':
      return `going on with pathway ${event.pathway}, ${event.why === 'steering' ? 'as steering wants it' : 'the one before failed'}`;
    case 'retry': {
      const { error, tries, delayMs, isAnnounced } = event;
      const wait = `${(delayMs / 1000).toFixed(1)} s${isAnnounced ? ', as the origin asked' : ''}`;
      return `try ${tries} failed, the next one in ${wait} (${error.code}: ${error.message})`;
    }
    case 'planned':
      return planLines(event).join('\n');
    case 'fragment':
      return fragmentLine(event.receipt);
    case 'hole':
      return `${event.count} fragments of ${event.stream} from number ${event.fromSequence} on were missed, ${event.durationS.toFixed(1)} s${placeOf(event)}`;
    case 'reset':
      return `the numbers of ${event.stream} begin anew, at ${event.sequence}`;
    case 'outage':
      return `the playlist of ${event.stream} cannot be read (${event.error.code}: ${event.error.message})`;
    case 'recovered':
      return `the playlist of ${event.stream} can be read again, after ${(event.outageMs / 1000).toFixed(1)} s`;
    case 'salvaged':
      return `what an interrupted recording left is saved as ${event.path} (${event.bytes} bytes)`;
    case 'progress':
    case 'muxing':
    case 'finishing':
      return undefined;
  }
}

function planLines(event: Extract<DownloadEvent, { type: 'planned' }>): string[] {
  const { isLive, fragments, durationS, overlookedSubtitles = [], lostSubtitles = [] } = event;
  return [
    isLive ? 'a live stream' : `${fragments} fragments, ${durationS.toFixed(1)} s`,
    ...(overlookedSubtitles.length === 0
      ? []
      : [
          `no subtitles are marked as the default; there are ${overlookedSubtitles.join(', ')}: choose of these, or all`,
        ]),
    ...lostSubtitles.map(({ code, message }) => `recording without subtitles (${code}: ${message})`),
  ];
}

function fragmentLine(receipt: FragmentReceipt): string | undefined {
  const { state, index, stream, error } = receipt;
  const fragment = `fragment ${index + 1} of ${stream}${placeOf(receipt)}`;
  switch (state) {
    case 'whole':
      return undefined;
    case 'gap':
      return `${fragment} is left out: the playlist marks it as a gap`;
    case 'missing':
      return `${fragment} is left out: ${error?.message ?? 'it could not be had'}`;
    case 'partial':
      return error === undefined ? undefined : `the rest of ${fragment} is left out: ${error.message}`;
  }
}

function placeOf({ startS }: { startS?: number }): string {
  return startS === undefined ? '' : ` at ${startS.toFixed(1)} s`;
}
