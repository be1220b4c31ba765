import { ProfileError } from '../errors.ts';
import type { Profile } from '../model.ts';
import { TreeBuilder } from '../tree.ts';
import type { Content } from './content.ts';
import { readCallFrame } from './cpuprofile.ts';

type Json = Record<string, unknown>;

const LOST = [
  'a sampling heap profile estimates bytes from samples: small allocation sites can be missing or off by much',
  'memory outside V8’s heap is not in it, that of Buffers and ArrayBuffers above all',
  'the file does not say whether objects that were collected meanwhile are counted; V8 leaves them out unless asked',
];

/** Is this a `.heapprofile`: nested nodes with sizes? */
export function detect(content: Content): boolean {
  if (content.kind !== 'json' || !isObject(content.value)) return false;
  const head = content.value['head'];
  return isObject(head) && 'selfSize' in head;
}

/**
 * Reads V8's sampling heap profile: `selfSize` of each node in bytes, which V8 has scaled from its samples already.
 * Lines and columns of the file count from 0, from 1 in the model. A file without its list of samples counts nodes with weight instead.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY
 */
export function parse(content: Content): Profile {
  if (content.kind !== 'json' || !isObject(content.value) || !isObject(content.value['head']))
    throw broken('it has no head');
  const builder = new TreeBuilder();
  const weighted = addNodes(content.value['head'], builder);
  if (weighted === 0) {
    throw new ProfileError('PROFILE_EMPTY', 'the heap profile holds no allocation', {
      hint: 'Record for longer, or with a shorter sampling interval.',
    });
  }
  const list = content.value['samples'];
  const samples = Array.isArray(list) && list.length > 0 ? list.length : weighted;
  return {
    format: 'heapprofile',
    unit: 'bytes',
    threads: [{ name: 'JavaScript', tree: builder.build(), samples }],
    lost: [...LOST],
  };
}

/** Adds the nodes with an explicit stack, for files may nest deeper than calls can; answers how many have weight. */
function addNodes(head: Json, builder: TreeBuilder): number {
  let weighted = 0;
  const open: { node: Json; parent: number }[] = [{ node: head, parent: -1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent } = next;
    const place = placeNode(node, parent, builder);
    const size = readSize(node);
    if (size > 0) {
      builder.add(place === -1 ? builder.child(-1, builder.frame({ name: '(root)' })) : place, size);
      weighted++;
    }
    const children = node['children'] ?? [];
    if (!Array.isArray(children)) throw broken('the children of a node are no list');
    for (const child of children as unknown[]) {
      if (!isObject(child)) throw broken('a child of a node is no node');
      open.push({ node: child, parent: place });
    }
  }
  return weighted;
}

/** The node's place in the tree; the root's is −1. */
function placeNode(node: Json, parent: number, builder: TreeBuilder): number {
  const callFrame = node['callFrame'];
  if (!isObject(callFrame)) throw broken('a node has no call frame');
  const frame = readCallFrame(callFrame, 1);
  return parent === -1 && frame.name === '(root)' ? -1 : builder.child(parent, builder.frame(frame));
}

function readSize(node: Json): number {
  const size = node['selfSize'] ?? 0;
  if (typeof size !== 'number' || !(size >= 0 && size <= Number.MAX_SAFE_INTEGER))
    throw broken('the size of a node is no number of bytes');
  return size;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the heap profile is damaged: ${what}`, {
    hint: 'Record or export the profile again.',
  });
}
