import { ProfileError } from './errors.ts';
import { foldedLabel } from './foldedLabel.ts';
import type { CallTree, Frame, Profile } from './model.ts';
import { toSvg } from './svg.ts';
import { childrenAt, groupChildren, mergeTrees } from './tree.ts';

/** Formats that a profile can be written in. */
export const EXPORT_FORMATS = ['folded', 'cpuprofile', 'speedscope', 'svg'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Frames of all stacks that are written, equal ones too. */
const WRITTEN_MAX = 2 ** 25;

/**
 * Writes a profile as text in another format. All threads become one tree in `folded`, `cpuprofile` and `svg`; `speedscope` keeps them.
 * Order in time is not kept: the model has none.
 *
 * @param name what a viewer shows as the profile's title
 * @throws {ProfileError} PROFILE_TOO_LARGE when it would be too large to be opened
 */
export function exportProfile(profile: Profile, format: ExportFormat, name: string): string {
  switch (format) {
    case 'folded':
      return toFolded(profile);
    case 'cpuprofile':
      return JSON.stringify(toCpuProfile(profile));
    case 'speedscope':
      return JSON.stringify(toSpeedscope(profile, name));
    case 'svg':
      return toSvg(profile, name);
  }
}

/** Folded stacks, the form that all flamegraph tools read. A frame is `name file:line:column`, kernel frames `name_[k]`. */
export function toFolded(profile: Profile): string {
  const tree = mergeTrees(profile.threads.map((thread) => thread.tree));
  const labels = tree.frames.map(foldedLabel);
  const lines: string[] = [];
  for (const { path, weight } of stacks(tree)) {
    lines.push(`${path.map((frame) => labels[frame] ?? '').join(';')} ${weight}\n`);
  }
  return lines.join('');
}

/**
 * A V8 CPU profile: one sample a stack, as long as its weight. VS Code and browsers open it, native profiles too.
 * Weights that are no times stand there as that many milliseconds.
 */
export function toCpuProfile(profile: Profile): object {
  const tree = mergeTrees(profile.threads.map((thread) => thread.tree));
  const children = groupChildren(tree.parent);
  // Viewers show microseconds; a thousand of them for each sample or byte keeps decimals and stays readable.
  const scale = profile.unit === 'microseconds' ? 1 : 1000;
  const ids = (slot: number): number[] => Array.from(childrenAt(children, slot), (node) => node + 2);
  const nodes = [
    { id: 1, callFrame: callFrame({ name: '(root)' }), hitCount: 0, children: ids(0) },
    ...Array.from(tree.frame, (frame, node) => ({
      id: node + 2,
      callFrame: callFrame(tree.frames[frame] ?? { name: '' }),
      hitCount: (tree.self[node] ?? 0) > 0 ? 1 : 0,
      children: ids(node + 1),
    })),
  ];
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let endTime = 0;
  let previous = 0;
  tree.self.forEach((self, node) => {
    if (self <= 0) return;
    samples.push(node + 2);
    // A delta is the time before its sample: the weight of the one that came before.
    timeDeltas.push(previous);
    previous = self * scale;
    endTime += previous;
  });
  return { nodes, startTime: 0, endTime, samples, timeDeltas };
}

/** speedscope's own format (https://www.speedscope.app/file-format-schema.json): sampled, a profile a thread. */
export function toSpeedscope(profile: Profile, name: string): object {
  const frames: { name: string; file?: string; line?: number; col?: number }[] = [];
  const profiles = profile.threads.map(({ name: thread, tree }) => {
    const first = frames.length;
    for (const frame of tree.frames) frames.push(speedscopeFrame(frame));
    const samples: number[][] = [];
    const weights: number[] = [];
    for (const { path, weight } of stacks(tree)) {
      samples.push(path.map((frame) => frame + first));
      weights.push(weight);
    }
    const endValue = weights.reduce((sum, weight) => sum + weight, 0);
    return { type: 'sampled', name: thread, unit: speedscopeUnit(profile), startValue: 0, endValue, samples, weights };
  });
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    shared: { frames },
    profiles,
    name,
    exporter: 'hotframe',
  };
}

/** Every stack with weight, as frame indexes from the outermost. */
function* stacks(tree: CallTree): Generator<{ path: number[]; weight: number }> {
  let written = 0;
  for (let node = 0; node < tree.self.length; node++) {
    const weight = tree.self[node] ?? 0;
    if (weight <= 0) continue;
    const path: number[] = [];
    for (let at = node; at >= 0; at = tree.parent[at] ?? -1) path.push(tree.frame[at] ?? 0);
    // Deep stacks that all have weight would be written again and again.
    written += path.length;
    if (written > WRITTEN_MAX) throw tooLarge();
    yield { path: path.reverse(), weight };
  }
}

function callFrame({ name, file, line, column }: Frame): object {
  return {
    functionName: name === '(anonymous)' ? '' : name,
    scriptId: '0',
    url: file ?? '',
    lineNumber: line === undefined ? -1 : line - 1,
    columnNumber: column === undefined ? -1 : column - 1,
  };
}

function speedscopeFrame({ name, file, line, column }: Frame): {
  name: string;
  file?: string;
  line?: number;
  col?: number;
} {
  return {
    name,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { col: column }),
  };
}

function speedscopeUnit({ unit }: Profile): 'microseconds' | 'bytes' | 'none' {
  return unit === 'microseconds' || unit === 'bytes' ? unit : 'none';
}

function tooLarge(): ProfileError {
  return new ProfileError('PROFILE_TOO_LARGE', `the stacks have more than ${WRITTEN_MAX} frames to write`, {
    hint: 'Export it as a CPU profile, which writes each stack once.',
  });
}
