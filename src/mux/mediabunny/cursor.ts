import { EncodedPacketSink, type EncodedPacket, type InputTrack } from 'mediabunny';
import { MuxError } from '../errors.ts';
import { isJump } from '../timeline.ts';
import { type Elementary, pictures } from '../transport/elementary.ts';
import type { OutputTrack } from './outputTracks.ts';
import { bytesOf } from './plan.ts';

/** Packets that are looked at for a timestamp below the first one's: pictures are stored in the order of decoding. */
const REORDERED_PACKETS = 16;

/** A track of one part, read packet by packet: mediabunny's own iterator reads ahead without bound. */
export class Cursor {
  readonly #output: OutputTrack;
  readonly #track: InputTrack;
  readonly #sink: EncodedPacketSink;
  #isConfigured = false;
  #convert: Elementary | undefined;

  constructor(output: OutputTrack, track: InputTrack) {
    this.#output = output;
    this.#track = track;
    this.#sink = new EncodedPacketSink(track);
  }

  /** The earliest timestamp in it, in seconds; `undefined` where it has no packets. */
  async earliestS(): Promise<number | undefined> {
    let packet = await this.#sink.getFirstPacket();
    if (packet === null) return undefined;
    let earliestS = packet.timestamp;
    const count = this.#output.parameters.type === 'video' ? REORDERED_PACKETS : 1;
    for (let index = 1; packet !== null && index < count; index += 1) {
      earliestS = Math.min(earliestS, packet.timestamp);
      packet = await this.#sink.getNextPacket(packet);
    }
    return earliestS;
  }

  /** The first packet that the output can take: one that needs no picture from before the stream. */
  async first(): Promise<EncodedPacket | null> {
    const { told } = this.#output;
    let packet = await this.#sink.getFirstPacket();
    while (packet?.type === 'delta' && told.packets === 0) {
      told.undecodable = (told.undecodable ?? 0) + 1;
      packet = await this.#sink.getNextPacket(packet);
    }
    return packet;
  }

  async next(packet: EncodedPacket): Promise<EncodedPacket | null> {
    forgetReferences(this.#track);
    return await this.#sink.getNextPacket(packet);
  }

  /** Adds a packet to the output, `shiftS` later. */
  async copy(packet: EncodedPacket, shiftS: number): Promise<void> {
    const output = this.#output;
    const timestamp = placed(output, packet.timestamp + shiftS);
    output.reachedS = Math.max(output.reachedS ?? timestamp, timestamp);
    output.told.packets += 1;
    // The output keeps the first configuration; the other parts have the same, or tell theirs in the stream.
    const configuration = this.#isConfigured ? undefined : await this.#configure();
    this.#isConfigured = true;
    const data = this.#convert?.(packet.data, packet.type === 'key') ?? packet.data;
    await output.source.add(packet.clone({ timestamp, data }), configuration);
  }

  async #configure(): Promise<object> {
    const track = this.#track;
    const { parameters } = this.#output;
    const config = track.isVideoTrack() || track.isAudioTrack() ? await track.getDecoderConfig() : null;
    if (config === null) return {};
    if (parameters.type === 'audio' || parameters.isVarying !== true) return { decoderConfig: config };
    if (parameters.codec === 'avc' || parameters.codec === 'hevc') {
      this.#convert = pictures(parameters.codec, bytesOf(config.description));
    }
    // The name of the sample entry whose parameter sets may stand in the stream (ISO/IEC 14496-15, section 5.4.2).
    const codec = config.codec.replace(/^avc1/, 'avc3');
    return { decoderConfig: { ...config, codec, description: undefined } };
  }
}

/**
 * Drops what mediabunny's demuxer of transport streams keeps for seeks, which never happen here: it would be every
 * picture of the stream, and memory would grow with the file.
 */
function forgetReferences(track: InputTrack): void {
  const { _backing: backing } = track as unknown as {
    _backing?: { elementaryStream?: { referencePesPackets?: unknown } };
  };
  const references = backing?.elementaryStream?.referencePesPackets;
  if (Array.isArray(references)) references.length = 0;
}

/** Where a packet goes on the output's time line. Throws MuxError where the clock started again. */
function placed({ reachedS, parameters }: OutputTrack, timestampS: number): number {
  if (reachedS === undefined) return timestampS;
  if (isJump(timestampS, reachedS)) {
    const at = reachedS.toFixed(1);
    throw new MuxError(
      'MUX_TIMES',
      `The timestamps jump ${at} s into the stream, where no discontinuity is declared.`,
      {
        hint: 'A name that ends in .ts keeps the stream as it came; with ffmpeg installed, --mux ffmpeg may repair it.',
      },
    );
  }
  // Encoders overlap sound by a few ticks where fragments meet; a track may not go back.
  return parameters.type === 'audio' ? Math.max(timestampS, reachedS + 1 / parameters.resolution) : timestampS;
}
