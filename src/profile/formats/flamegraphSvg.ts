import { ProfileError } from '../errors.ts';
import type { Frame, Profile, Unit } from '../model.ts';
import { TreeBuilder } from '../tree.ts';
import type { Content } from './content.ts';
import { readFoldedFrame } from './folded.ts';
import { parentsOf, stackRows } from './flamegraphRows.ts';
import { scanBoxes, type Box } from './svgBoxes.ts';

const LOST_ALWAYS =
  'an SVG flame graph has no times, no order and no threads, and its program may have dropped frames too narrow to draw: their weight counts for their callers';

/** What a title counts, and how many of the model's units one of it is. */
const UNITS: Readonly<Record<string, { unit: Unit; scale: number }>> = {
  samples: { unit: 'samples', scale: 1 },
  ns: { unit: 'microseconds', scale: 1e-3 },
  nanoseconds: { unit: 'microseconds', scale: 1e-3 },
  us: { unit: 'microseconds', scale: 1 },
  μs: { unit: 'microseconds', scale: 1 },
  microseconds: { unit: 'microseconds', scale: 1 },
  ms: { unit: 'microseconds', scale: 1e3 },
  milliseconds: { unit: 'microseconds', scale: 1e3 },
  seconds: { unit: 'microseconds', scale: 1e6 },
  bytes: { unit: 'bytes', scale: 1 },
};

/** How much of the whole may be out of place before the picture counts as damaged: each frame is rounded on its own. */
const STRAY_SHARE_MAX = 0.01;

/** Is this an SVG image? Whether it is a flame graph shows when it is read. */
export function detect(content: Content): boolean {
  return content.kind === 'text' && /<svg[\s>]/.test(content.text.slice(0, 10_000));
}

/**
 * Reads the flame graphs of flamegraph.pl and inferno (`cargo flamegraph`), upright or inverted, back into stacks.
 *
 * A frame's caller is the frame of the next row towards the root that it lies over, its weight the number in its title; what its callees leave is
 * its own. Colours mean nothing here. The image is not read as XML: entities that it declares are never expanded.
 *
 * @throws {ProfileError} PROFILE_FORMAT for any other image, PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE
 */
export function parse(content: Content): Profile {
  if (content.kind !== 'text') throw broken('it is no text');
  if (content.text.includes('<!ENTITY')) throw broken('it declares entities, which no flame graph needs');
  const boxes = scanBoxes(content.text);
  if (boxes.length === 0) throw noFlamegraph(content.text);
  const rows = stackRows(boxes);
  if (rows === undefined) throw broken('no frame of its first or last row holds all others');
  const lost = [LOST_ALWAYS];
  const { unit, scale } = readUnit(boxes, lost);
  if (boxes.some(({ isDifference }) => isDifference))
    lost.push(
      'it was drawn as the difference of two profiles; its colours are not read, the weights are the second one’s',
    );

  if (!boxes.some(({ name }) => /_\[[kj]\]$/.test(name)))
    lost.push(
      'the names have no marks, so frames of the kernel and those compiled at run time are told by their names alone',
    );

  const builder = new TreeBuilder();
  const samples = addRows(rows, builder, scale, lost);
  if (samples.weighted === 0) {
    throw new ProfileError('PROFILE_EMPTY', 'the flame graph holds no samples', {
      hint: 'Check that the profiler recorded samples before they were drawn.',
    });
  }
  const count = unit === 'samples' ? samples.total : samples.weighted;
  return { format: 'flamegraph-svg', unit, threads: [{ name: 'all', tree: builder.build(), samples: count }], lost };
}

function addRows(
  rows: Box[][],
  builder: TreeBuilder,
  scale: number,
  lost: string[],
): { weighted: number; total: number } {
  const left = new Map<Box, number>();
  const nodes = new Map<Box, number>();
  const frames = new Map<string, number>();
  const frameOf = (name: string): number => {
    const index = frames.get(name) ?? builder.frame(readName(name));
    frames.set(name, index);
    return index;
  };
  const [root] = rows[0] ?? [];
  if (root === undefined) return { weighted: 0, total: 0 };
  // The programs draw a frame of their own under the outermost ones.
  nodes.set(root, root.name === 'all' ? -1 : builder.child(-1, frameOf(root.name)));
  left.set(root, root.weight);
  let strays = 0;
  for (let depth = 1; depth < rows.length; depth++) {
    const parents = parentsOf(rows[depth] ?? [], rows[depth - 1] ?? [], left);
    for (const [box, parent] of parents) {
      const parentNode = parent === undefined ? undefined : nodes.get(parent);
      if (parent === undefined || parentNode === undefined) {
        strays += box.weight;
        continue;
      }
      nodes.set(box, builder.child(parentNode, frameOf(box.name)));
      left.set(box, box.weight);
      left.set(parent, (left.get(parent) ?? 0) - box.weight);
    }
  }
  return addWeights({ left, nodes, root, strays, scale }, builder, lost);
}

interface Placed {
  /** Box → its weight less that of the boxes over it. */
  left: Map<Box, number>;
  /** Box → its node; the program's own frame has −1. */
  nodes: Map<Box, number>;
  root: Box;
  /** Weight of boxes over no other. */
  strays: number;
  scale: number;
}

function addWeights(placed: Placed, builder: TreeBuilder, lost: string[]): { weighted: number; total: number } {
  const { left, nodes, root, strays, scale } = placed;
  let weighted = 0;
  let total = 0;
  let excess = 0;
  for (const [box, weight] of left) {
    if (weight < 0) excess -= weight;
    if (weight <= 0) continue;
    const node = nodes.get(box) ?? -1;
    builder.add(node === -1 ? builder.child(-1, builder.frame({ name: 'all' })) : node, weight * scale);
    weighted++;
    total += weight;
  }
  if (strays + excess > root.weight * STRAY_SHARE_MAX)
    throw broken('its frames do not add up: many weigh more than the one below them, or lie over none');
  if (strays + excess > 0) lost.push(`frames with a weight of ${strays + excess} do not fit those below them`);
  return { weighted, total };
}

function readUnit(boxes: Box[], lost: string[]): { unit: Unit; scale: number } {
  const names = new Set(boxes.map(({ counted }) => counted));
  const [name = ''] = names;
  if (names.size > 1) throw broken(`its titles count different things: ${[...names].slice(0, 3).join(', ')}`);
  const known = UNITS[name.toLowerCase()];
  if (known === undefined) lost.push(`its titles count “${name.slice(0, 40)}”, whatever that is`);
  return known ?? { unit: 'count', scale: 1 };
}

/** A name as collapsers write it; some put the binary in front (`libc.so.6\`malloc`). */
function readName(name: string): Frame {
  const inBinary = /^([^`\s]+)`(.+)$/.exec(name);
  if (inBinary?.[1] === undefined || inBinary[2] === undefined) return readFoldedFrame(name);
  return { file: inBinary[1], ...readFoldedFrame(inBinary[2]) };
}

function noFlamegraph(text: string): ProfileError {
  if (!/<\/svg>\s*$/.test(text.slice(-1000))) return broken('it was cut off before its first frame');
  if (/id="frames"|class="func_g"|xmlns:fg=/.test(text)) {
    return new ProfileError('PROFILE_EMPTY', 'the flame graph holds no frames', {
      hint: 'Check that the profiler recorded samples before they were drawn.',
    });
  }
  return new ProfileError('PROFILE_FORMAT', 'the SVG image is not a flame graph that is known here', {
    hint: 'Flame graphs of flamegraph.pl and inferno (cargo flamegraph) are read; open the folded stacks of others.',
  });
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the flame graph is damaged: ${what}`, {
    hint: 'Draw it again, or open the folded stacks that it was drawn from.',
  });
}
