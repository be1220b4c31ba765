import type { ErrorReport } from './errors.ts';
import type { ByteRange, DateRange } from './playlist/model.ts';
import type { ConcurrencyTrace } from './transport/concurrency/decisions.ts';
import type { HttpChoice } from './transport/httpChoice.ts';

/** What happened to one fragment. Times in milliseconds, sizes in bytes. */
export interface FragmentReceipt {
  /** The output that holds it: `main`, or the rendition's name (`audio.en`). */
  stream: string;
  /** Place in the plan of its stream, from 0. */
  index: number;
  /** Where the playlist puts it, in seconds from the first fragment. */
  startS?: number;
  durationS?: number;
  sequence: number;
  /** Redacted. */
  url: string;
  byteRange?: ByteRange;
  /** An EXT-X-DISCONTINUITY stands before it. */
  discontinuity?: true;
  /** METHOD of the key that it was encrypted with. */
  encryption?: string;
  /** Of the init segment that stands before it in the file. */
  initBytes?: number;
  /** As the origin said. */
  contentType?: string;
  /**
   * `gap`: the playlist says that the origin does not have it (EXT-X-GAP); `missing`: it could not be had; `partial`: its
   * first parts are there, and the recording ended (or, with an `error`, lost the rest) before it was listed as a whole.
   */
  state: 'whole' | 'gap' | 'missing' | 'partial';
  /** It was in the file already, from an earlier try. */
  resumed?: true;
  /** Why it, or the rest of it, is missing. */
  error?: ErrorReport;
  /** Of a live stream: in so many parts it was fetched while it came into being (EXT-X-PART). */
  parts?: number;
  /** Why it was fetched as a whole although its parts were. */
  partsError?: ErrorReport;
  /** Status of the answer that was kept. */
  status?: number;
  /** Bytes in the file: decrypted, init segment not included. */
  bytes: number;
  /** Bytes of body that came over the network for it, failed tries included. */
  received: number;
  /** Pieces in which the kept body arrived. */
  chunks: number;
  tries: number;
  /** How often it was asked for beside a try that had fallen behind others. */
  hedges?: number;
  /** From the start of the download to the first request. */
  queueMs: number;
  /**
   * From there to the request whose answer was kept, without what the rate took: tries that failed and waits between them; of
   * fragments that come in one request, until those before it were there.
   */
  delayMs?: number;
  /** From that request to the answer. */
  firstByteMs: number;
  /** How much of it went by until there was a connection. */
  connectMs?: number;
  /** From the answer to the end of the body. */
  bodyMs: number;
  /** Stopped by the rate that is set: before the request, and then of `bodyMs`. */
  rateMs?: number;
  /** Of `bodyMs`: stopped because the memory for what waits for its place was full. */
  pausedMs?: number;
  decryptMs: number;
  /** From when it was whole until its place in the file was known. */
  orderMs?: number;
  writeMs: number;
  /** How often memory was allocated for its body and how many bytes: reads, copies, what was decrypted; memory that is used again is none. */
  buffers?: number;
  bufferBytes?: number;
  /** Where it starts in the output. */
  offset: number;
  /**
   * Of its bytes in the file: `crc32:` (ISO 3309) and 8 hexadecimal digits, or where they are many `gmac:` and 32, the
   * AES-128-GMAC (NIST SP 800-38D) with a key and a nonce of zeros.
   */
  checksum?: string;
}

/** A place of a stream that is not in the file. */
export interface GapPlace {
  /** As in `FragmentReceipt`. */
  stream: string;
  /** As the playlist counts, in seconds from the first fragment: what is missing takes its time. */
  startS: number;
  durationS: number;
  fragments: number;
  /** `declared`: EXT-X-GAP; `missing`: it could not be had; `unseen`: it left a live playlist before it was seen. */
  reason: 'declared' | 'missing' | 'unseen';
}

/** How the recording of live subtitles went. */
export interface SubtitleRecordingReceipt {
  name: string;
  language?: string;
  /** `dead`: nothing came any more, though the main stream went on. */
  ended: 'endlist' | 'duration' | 'stopped' | 'dead';
  /** Segments that are joined. */
  segments: number;
  /** Segments that left the playlist before they were seen, could not be had or could not be read. */
  holes: number;
  holeS: number;
  outages: number;
  resets: number;
  /** Why they end early, or why there are none. */
  error?: ErrorReport;
}

export type ReceiptState = 'complete' | 'completeWithGaps' | 'failed' | 'cancelled';

export interface OutputFile {
  path: string;
  bytes: number;
  /** With `sha256` asked for: 64 hexadecimal digits. */
  sha256?: string;
}

/** Cheap counters of the process and of the engine's thread, over the download. */
export interface Counters {
  cpuUserMs: number;
  cpuSystemMs: number;
  maxRssBytes: number;
  minorPageFaults?: number;
  arrayBuffersPeakBytes: number;
  gcMs: number;
  gcCount: number;
  writeCalls?: number;
  chunksPerFragment: number;
  /** How often memory was allocated for bodies of fragments, and how many bytes. */
  bodyBuffers?: number;
  bodyBufferBytes?: number;
  loopDelayP99Ms: number;
  /** Where the system has /proc: the read and write family, files and sockets together. */
  io?: { readBytes: number; writeBytes: number; readCalls: number; writeCalls: number };
}

/** A download in one object: what `hotframe download --json` prints. Absent means unknown, never 0. */
export interface Receipt {
  schema: 1;
  state: ReceiptState;
  /** Redacted. */
  url: string;
  variant?: { bandwidth?: number; width?: number; height?: number; codecs?: string };
  output?: OutputFile;
  /** Outputs beside the main one: a separate audio rendition. */
  renditions?: { type: 'AUDIO' | 'SUBTITLES'; name: string; language?: string; output: OutputFile }[];
  fragments: {
    total: number;
    fetched: number;
    resumed: number;
    /** Fragments that are not in the file, for either reason. */
    gaps: number;
    /** Those of them that the playlist itself marks as absent (EXT-X-GAP). */
    declaredGaps: number;
    retries: number;
    /** Fragments that were asked for a second time because they had fallen behind others. */
    hedged: number;
  };
  bytes: { payload: number; received: number };
  wallMs: number;
  settings: { write: string; http: string; concurrency: number | 'auto'; reads: string };
  /** How `auto` concurrency chose the number of transfers at once. */
  concurrency?: ConcurrencyTrace;
  /** Which version of HTTP `auto` chose for the fragments, and why. */
  httpChoice?: HttpChoice;
  counters: Counters;
  /** What most of the time went to, and its share of the time, 0 to 1. */
  bottleneck?: { kind: string; share: number };
  profiles: { kind: string; path: string }[];
  /**
   * Where the streams were fetched from, where their places have names: the pathway that the download began with, then each
   * that it went on to because `steering` wanted it or after a `failure`, so long after its start; the newest thousand.
   */
  pathways?: { pathway: string; atMs: number; why?: 'steering' | 'failure' }[];
  /** Date ranges of the main playlist in all its readings (EXT-X-DATERANGE), each ID once, URLs redacted. */
  dateRanges?: readonly DateRange[];
  /** So many older ones of a long recording are left out. */
  dateRangesOmitted?: number;
  /** Where the gaps are; absent where there are none. */
  gapPlaces?: GapPlace[];
  /** The playlist had no end tag, though it is no live one: the end may be missing. */
  isEndMissing?: true;
  /** Languages or names of the stream's subtitles, where `default` was asked for and none of them is marked so: none are fetched. */
  overlookedSubtitles?: string[];
  /** Of a live stream. */
  recording?: {
    /** `dead`: nothing new came any more, so its end may be missing. */
    ended: 'endlist' | 'duration' | 'stopped' | 'dead';
    /** Fragments that left the playlist before they were seen; counted among the gaps. */
    holes: number;
    holeS: number;
    outages: number;
    resets: number;
    /** Fragments that were fetched part by part, in how many parts, and how many had to be fetched as a whole after all. */
    parts?: { fragments: number; parts: number; refetched: number };
    /** What was chosen of them; nothing of this is counted above. */
    subtitles?: SubtitleRecordingReceipt[];
  };
  error?: ErrorReport;
  /** What a download that did not end well left for the next try. */
  kept?: { fragments: number; bytes: number };
  perFragment?: FragmentReceipt[];
}
