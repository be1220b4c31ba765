/** One frame of audio by its header. */
export interface AudioFrame {
  format: 'ADTS' | 'MPEG audio' | 'AC-3';
  /** The whole frame, header included; at least `audioHeaderBytes`. */
  bytes: number;
  /** 0 for a part that sounds together with another one (substreams of E-AC-3). */
  durationS: number;
}

/** Bytes that `readAudioFrame` needs. */
export const audioHeaderBytes = 7;

/**
 * The frame that begins with `head`, of `audioHeaderBytes` bytes at least: AAC in ADTS (ISO/IEC 14496-3 §1.A.3), MPEG
 * audio of layers I to III (ISO/IEC 11172-3 §2.4.2.3, 13818-3), AC-3 or E-AC-3 (ETSI TS 102 366). `undefined` for
 * anything else, free format MPEG audio too, whose frames don't tell their length.
 */
export function readAudioFrame(head: Buffer): AudioFrame | undefined {
  const word = head.readUInt16BE(0);
  const frame = word === 0x0b77 ? readAc3(head) : (word & 0xfff6) === 0xfff0 ? readAdts(head) : readMpegAudio(head);
  return frame && frame.bytes >= audioHeaderBytes ? frame : undefined;
}

const adtsRatesHz = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const aacBlockSamples = 1024;

function readAdts(head: Buffer): AudioFrame | undefined {
  const rateHz = adtsRatesHz[(head.readUInt8(2) >> 2) & 0xf];
  if (rateHz === undefined) return undefined;
  const bytes = (head.readUIntBE(3, 3) >> 5) & 0x1fff;
  const blocks = (head.readUInt8(6) & 0x3) + 1;
  return { format: 'ADTS', bytes, durationS: (blocks * aacBlockSamples) / rateHz };
}

/** kbit/s by bitrate index, for MPEG-1 layers I, II and III, and for the lower rates of MPEG-2 and 2.5. */
const mpegKbps = {
  layer1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  layer2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  layer3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  low1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  low23: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const mpegRatesHz = [44100, 48000, 32000];

function readMpegAudio(head: Buffer): AudioFrame | undefined {
  const word = head.readUInt32BE(0);
  const version = (word >>> 19) & 0x3; // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5
  const layer = 4 - ((word >>> 17) & 0x3);
  const fullRateHz = mpegRatesHz[(word >>> 10) & 0x3];
  if (word >>> 21 !== 0x7ff || version === 1 || layer === 4 || fullRateHz === undefined) return undefined;
  const isLow = version !== 3;
  const table = isLow ? (layer === 1 ? 'low1' : 'low23') : (['layer1', 'layer2', 'layer3'] as const)[layer - 1];
  const kbps = table && mpegKbps[table][(word >>> 12) & 0xf];
  if (!kbps) return undefined;
  const rateHz = version === 3 ? fullRateHz : version === 2 ? fullRateHz / 2 : fullRateHz / 4;
  const samples = layer === 1 ? 384 : layer === 3 && isLow ? 576 : 1152;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((samples * kbps * 1000) / (8 * slotBytes * rateHz)) + ((word >>> 9) & 1);
  return { format: 'MPEG audio', bytes: slots * slotBytes, durationS: samples / rateHz };
}

const ac3RatesHz = [48000, 44100, 32000];
const ac3Kbps = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
const ac3BlockSamples = 256;
const ac3Blocks = 6;
const lastAc3Version = 8;

function readAc3(head: Buffer): AudioFrame | undefined {
  const version = head.readUInt8(5) >> 3;
  if (version > lastAc3Version) return readEac3(head, version);
  const codes = head.readUInt8(4);
  const rateHz = ac3RatesHz[codes >> 6];
  const kbps = ac3Kbps[(codes & 0x3f) >> 1];
  if (rateHz === undefined || kbps === undefined) return undefined;
  const samples = ac3Blocks * ac3BlockSamples;
  // Only 44.1 kHz does not divide evenly: the code's lowest bit adds a word there.
  const words = Math.floor((kbps * 1000 * samples) / (16 * rateHz)) + (rateHz === 44100 ? codes & 1 : 0);
  return { format: 'AC-3', bytes: words * 2, durationS: samples / rateHz };
}

function readEac3(head: Buffer, version: number): AudioFrame | undefined {
  if (version <= 10 || version > 16) return undefined;
  const word = head.readUInt16BE(2);
  const codes = head.readUInt8(4);
  const isReduced = codes >> 6 === 3;
  const fullRateHz = ac3RatesHz[isReduced ? (codes >> 4) & 0x3 : codes >> 6];
  if (fullRateHz === undefined) return undefined;
  const blocks = isReduced ? ac3Blocks : ([1, 2, 3, ac3Blocks][(codes >> 4) & 0x3] ?? ac3Blocks);
  // Stream type 1 depends on the frame before; other substream numbers are programmes beside the first.
  const isFirst = word >> 14 !== 1 && ((word >> 11) & 0x7) === 0;
  const rateHz = isReduced ? fullRateHz / 2 : fullRateHz;
  const durationS = isFirst ? (blocks * ac3BlockSamples) / rateHz : 0;
  return { format: 'AC-3', bytes: ((word & 0x7ff) + 1) * 2, durationS };
}
