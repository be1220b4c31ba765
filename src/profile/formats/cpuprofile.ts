import { ProfileError } from '../errors.ts';
import type { Frame, Profile, SampleTimes, Thread, Unit } from '../model.ts';
import { relateTimes, TimesBudget, TimesBuilder } from '../sampleTimes.ts';
import { TreeBuilder } from '../tree.ts';
import type { Content } from './content.ts';

/** A node of the file, brought from either form of the format to one. */
interface RawNode {
  id: number;
  frame: Frame;
  hitCount: number;
  children: number[];
}

interface RawProfile {
  nodes: RawNode[];
  samples: number[];
  /** Microseconds on the profile's own clock, one a sample; absent when the file has no times. */
  timestampsUs?: number[];
  startUs?: number;
  endUs?: number;
}

type Json = Record<string, unknown>;

const LOST_ALWAYS =
  'a V8 CPU profile sees one thread: the thread pool of libuv, V8’s helper threads and the kernel are charged to the function that called them or to nobody';

/** Is this a `.cpuprofile`, the present form (`nodes`) or the old one (`head`)? */
export function detect(content: Content): boolean {
  if (content.kind !== 'json' || !isObject(content.value)) return false;
  const { nodes, head } = content.value;
  if (Array.isArray(nodes)) {
    return (
      'timeDeltas' in content.value || 'endTime' in content.value || (isObject(nodes[0]) && 'callFrame' in nodes[0])
    );
  }
  // A .heapprofile has a `head` too; its nodes have sizes instead of hits.
  return isObject(head) && 'hitCount' in head && !('selfSize' in head);
}

/**
 * Reads a V8 CPU profile.
 *
 * A sample lasts until the next one, so sample i weighs `timeDeltas[i + 1]` and the last one what is left until `endTime`;
 * samples that are out of order in time are sorted. Without times the unit is samples, without samples the hit counts.
 * Lines and columns of the file count from 0 (from 1 in the old form) and from 1 in the model.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY
 */
export function parse(content: Content): Profile {
  if (content.kind !== 'json' || !isObject(content.value)) throw broken('it is not a JSON object');
  const lost = [LOST_ALWAYS];
  const raw = isObject(content.value['head']) ? readHead(content.value) : readNodes(content.value);
  const builder = new TreeBuilder();
  const nodeOf = mergeNodes(raw.nodes, builder);
  const { unit, samples, times } = addWeights(raw, nodeOf, builder, lost);
  const tree = builder.build();
  if (!tree.self.some((weight) => weight > 0)) {
    throw new ProfileError('PROFILE_EMPTY', 'the CPU profile holds no sample', {
      hint: 'Record for longer, or with a shorter sampling interval.',
    });
  }
  const thread: Thread = { name: 'JavaScript', tree, samples };
  if (times !== undefined) thread.times = times;
  return { format: 'cpuprofile', unit, threads: [thread], ...relateTimes([thread], raw.startUs), lost };
}

function readNodes(value: Json): RawProfile {
  const list = value['nodes'];
  if (!Array.isArray(list)) throw broken('it has no nodes');
  const nodes = list.map((item: unknown, index): RawNode => {
    if (!isObject(item) || typeof item['id'] !== 'number') throw broken(`node ${index} has no id`);
    const callFrame = item['callFrame'];
    if (!isObject(callFrame)) throw broken(`node ${item['id']} has no call frame`);
    return {
      id: item['id'],
      frame: readCallFrame(callFrame, 1),
      hitCount: hits(item),
      children: numbers(item['children']),
    };
  });
  linkParents(list, nodes);
  const samples = numbers(value['samples']);
  const deltas = numbers(value['timeDeltas']);
  const raw: RawProfile = { nodes, samples };
  if (samples.length === 0 || deltas.length < samples.length) return raw;
  let now = numberOr(value['startTime'], 0);
  raw.timestampsUs = samples.map((_, index) => (now += deltas[index] ?? 0));
  if (typeof value['startTime'] === 'number') raw.startUs = value['startTime'];
  if (typeof value['endTime'] === 'number') raw.endUs = value['endTime'];
  return raw;
}

/** Profiles cut out of trace events name the parent instead of the children. */
function linkParents(list: unknown[], nodes: RawNode[]): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  list.forEach((item, index) => {
    const node = nodes[index];
    if (!isObject(item) || typeof item['parent'] !== 'number' || node === undefined) return;
    byId.get(item['parent'])?.children.push(node.id);
  });
}

/** The form of V8 before 2016: nested nodes, `timestamps` in microseconds, `endTime` in seconds. */
function readHead(value: Json): RawProfile {
  const nodes: RawNode[] = [];
  const open: Json[] = [value['head'] as Json];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const id = numberOr(item['id'], nodes.length + 1);
    const children = Array.isArray(item['children']) ? item['children'].filter(isObject) : [];
    const callFrame = isObject(item['callFrame']) ? readCallFrame(item['callFrame'], 1) : readCallFrame(item, 0);
    const ids = children.map((child) => child['id']);
    if (!ids.every((childId) => typeof childId === 'number')) throw broken(`a child of node ${id} has no id`);
    nodes.push({ id, frame: callFrame, hitCount: hits(item), children: ids });
    for (const child of children) open.push(child);
  }
  const samples = numbers(value['samples']);
  const timestampsUs = numbers(value['timestamps']);
  const raw: RawProfile = { nodes, samples };
  if (samples.length > 0 && timestampsUs.length >= samples.length)
    raw.timestampsUs = timestampsUs.slice(0, samples.length);
  return raw;
}

/** A call frame of V8’s profiles; `firstLine` is 1 where lines and columns count from 0, and 0 where they count from 1. */
export function readCallFrame(callFrame: Json, firstLine: 0 | 1): Frame {
  const name = typeof callFrame['functionName'] === 'string' ? callFrame['functionName'] : '';
  const url = typeof callFrame['url'] === 'string' ? callFrame['url'] : '';
  const line = numberOr(callFrame['lineNumber'], -1) + firstLine;
  const column = numberOr(callFrame['columnNumber'], -1) + firstLine;
  const frame: Frame = { name: name === '' ? '(anonymous)' : name };
  // Bindings and meta frames have no script: their −1 is no line.
  if (url === '') return frame;
  frame.file = url;
  if (line >= 1) frame.line = line;
  if (line >= 1 && column >= 1) frame.column = column;
  return frame;
}

/**
 * Puts the nodes into the builder, parents first; answers file id → merged node. The root is left out unless it is sampled.
 */
function mergeNodes(nodes: RawNode[], builder: TreeBuilder): (id: number) => number | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isChild = new Set(nodes.flatMap((node) => node.children));
  const merged = new Map<number, number>();
  const open = nodes
    .filter((node) => !isChild.has(node.id))
    .map((node) => ({ node, parent: -1 }))
    .reverse();
  if (open.length === 0 && nodes.length > 0) throw broken('its nodes have no root');
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent } = next;
    if (merged.has(node.id)) throw broken(`node ${node.id} has two parents`);
    const isRoot = parent === -1 && node.frame.name === '(root)';
    const place = isRoot ? -1 : builder.child(parent, builder.frame(node.frame));
    merged.set(node.id, place);
    for (const id of node.children) {
      const child = byId.get(id);
      if (child === undefined) throw broken(`node ${node.id} has a child ${id} that is not there`);
      open.push({ node: child, parent: place });
    }
  }
  if (merged.size < nodes.length) throw broken('some of its nodes form a circle');
  return (id) => {
    const node = merged.get(id);
    return node === -1 ? builder.child(-1, builder.frame({ name: '(root)' })) : node;
  };
}

function addWeights(
  raw: RawProfile,
  nodeOf: (id: number) => number | undefined,
  builder: TreeBuilder,
  lost: string[],
): { unit: Unit; samples: number; times?: SampleTimes | undefined } {
  if (raw.samples.length === 0) {
    lost.push('the file holds no samples, so the hit counts of its nodes stand for them');
    let samples = 0;
    for (const { id, hitCount } of raw.nodes) {
      const node = hitCount > 0 ? nodeOf(id) : undefined;
      if (node === undefined) continue;
      builder.add(node, hitCount);
      samples += hitCount;
    }
    return { unit: 'samples', samples };
  }
  const weights = raw.timestampsUs === undefined ? undefined : sampleWeights(raw.timestampsUs, raw.endUs, lost);
  if (weights === undefined) lost.push('the file holds no times, so every sample counts the same');
  let strays = 0;
  const times = new TimesBuilder(new TimesBudget());
  raw.samples.forEach((id, index) => {
    const node = nodeOf(id);
    if (node === undefined) {
      strays++;
      return;
    }
    const weight = weights?.[index] ?? (weights === undefined ? 1 : 0);
    builder.add(node, weight);
    const startUs = raw.timestampsUs?.[index];
    if (startUs !== undefined) times.add(node, startUs, startUs + weight);
  });
  if (strays === raw.samples.length) throw broken('its samples name nodes that are not there');
  if (strays > 0) lost.push(`${strays} samples name nodes that are not there and were left out`);
  const unit = weights === undefined ? 'samples' : 'microseconds';
  return { unit, samples: raw.samples.length - strays, times: times.build() };
}

/** How long each sample lasted, in microseconds: until the next one in time. */
function sampleWeights(timestampsUs: number[], endUs: number | undefined, lost: string[]): number[] {
  const order = timestampsUs.map((_, index) => index);
  const late = timestampsUs.filter((time, index) => index > 0 && time < (timestampsUs[index - 1] ?? 0)).length;
  if (late > 0) {
    order.sort((a, b) => (timestampsUs[a] ?? 0) - (timestampsUs[b] ?? 0) || a - b);
    lost.push(`${late} samples were out of order and were sorted by time`);
  }
  const weights = new Array<number>(order.length).fill(0);
  order.forEach((sample, rank) => {
    const next = order[rank + 1];
    const end = next === undefined ? endUs : timestampsUs[next];
    weights[sample] = end === undefined ? 0 : Math.max(0, end - (timestampsUs[sample] ?? 0));
  });
  // One lonely sample without an end has no length, and yet it is there.
  if (order.length === 1 && weights[0] === 0) weights[0] = 1;
  return weights;
}

function hits(item: Json): number {
  return Math.max(0, numberOr(item['hitCount'], 0));
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function numbers(value: unknown): number[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'number'))
    throw broken('a list of numbers holds something else');
  return [...value];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the CPU profile is damaged: ${what}`, {
    hint: 'Record or export the profile again.',
  });
}
