import type { EncodedPacket } from 'mediabunny';
import { rebase } from '../timeline.ts';
import { Cursor } from './cursor.ts';
import { type OpenPart, openPart } from './openPart.ts';
import type { OutputTrack } from './outputTracks.ts';
import type { PlannedInput } from './plan.ts';

/** A part of an input, ready to be copied. */
interface Lane {
  /** Index of the input: its parts are copied one behind the other. */
  input: number;
  cursors: Cursor[];
  /** What the part says of its start; see `Part.startS`. */
  partStartS?: number | undefined;
  /** What is added to its timestamps. */
  shiftS: number;
}

/** The next packet of a track. */
interface Head {
  lane: Lane;
  cursor: Cursor;
  packet: EncodedPacket;
}

/**
 * Copies one section of all inputs, the packets of all tracks in the order of their times.
 * @param index of the section in every input.
 * @param previousEndS where the sections before end on the output's time line.
 * @returns where this one ends.
 */
export async function copySection(
  index: number,
  previousEndS: number,
  inputs: readonly PlannedInput[],
  tracks: readonly OutputTrack[],
  onPacket: () => void,
): Promise<number> {
  const opened: OpenPart[] = [];
  const lanes: Lane[] = [];
  try {
    for (const [place, { file, format, sections }] of inputs.entries()) {
      const own = tracks.filter(({ input }) => input === place);
      for (const part of sections[index]?.parts ?? []) {
        const open = await openPart(file, format, part);
        opened.push(open);
        lanes.push({ input: place, cursors: cursorsOf(open, own), partStartS: part.startS, shiftS: 0 });
      }
    }
    await align(lanes, previousEndS, inputs[0]?.sections[index]?.timeS ?? 0);
    return await copyLanes(lanes, previousEndS, onPacket);
  } finally {
    for (const open of opened) open[Symbol.dispose]();
  }
}

function cursorsOf(part: OpenPart, tracks: readonly OutputTrack[]): Cursor[] {
  const counts = { video: 0, audio: 0 };
  return part.tracks.flatMap((track) => {
    const type = track.isVideoTrack() ? 'video' : 'audio';
    const ordinal = counts[type]++;
    const output = tracks.find(({ parameters, ordinal: own }) => parameters.type === type && own === ordinal);
    return output === undefined ? [] : [new Cursor(output, track)];
  });
}

/** Decides by how much each part moves: all alike, but for packed audio, whose packets count from 0. */
async function align(lanes: readonly Lane[], previousEndS: number, declaredS: number): Promise<void> {
  let startS = Infinity;
  for (const lane of lanes) {
    const found = await Promise.all(lane.cursors.map((cursor) => cursor.earliestS()));
    const earliestS = Math.min(...found.filter((timestampS) => timestampS !== undefined));
    if (earliestS === Infinity) continue;
    lane.shiftS = lane.partStartS === undefined ? 0 : lane.partStartS - earliestS;
    startS = Math.min(startS, earliestS + lane.shiftS);
  }
  if (startS === Infinity) return;
  const shiftS = rebase({ startS, previousEndS, declaredS });
  for (const lane of lanes) lane.shiftS += shiftS;
}

async function copyLanes(lanes: readonly Lane[], previousEndS: number, onPacket: () => void): Promise<number> {
  let endS = previousEndS;
  const waiting = [...lanes];
  const heads: Head[] = [];
  for (const input of new Set(lanes.map((lane) => lane.input))) await startNext(input, waiting, heads);
  for (let head = earliest(heads); head !== undefined; head = earliest(heads)) {
    const { lane, cursor, packet } = head;
    endS = Math.max(endS, timeOf(head) + packet.duration);
    await cursor.copy(packet, lane.shiftS);
    onPacket();
    const next = await cursor.next(packet);
    if (next !== null) {
      head.packet = next;
      continue;
    }
    heads.splice(heads.indexOf(head), 1);
    await startNext(lane.input, waiting, heads);
  }
  return endS;
}

/** Starts the next part of an input when the one before is copied whole. */
async function startNext(input: number, waiting: Lane[], heads: Head[]): Promise<void> {
  while (heads.every(({ lane }) => lane.input !== input)) {
    const place = waiting.findIndex((lane) => lane.input === input);
    const [lane] = place === -1 ? [] : waiting.splice(place, 1);
    if (lane === undefined) return;
    for (const cursor of lane.cursors) {
      const packet = await cursor.first();
      if (packet !== null) heads.push({ lane, cursor, packet });
    }
  }
}

function earliest(heads: readonly Head[]): Head | undefined {
  let first = heads[0];
  for (const head of heads) if (first !== undefined && timeOf(head) < timeOf(first)) first = head;
  return first;
}

function timeOf({ packet, lane }: Head): number {
  return packet.timestamp + lane.shiftS;
}
