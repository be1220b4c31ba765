import type { Frame, Profile, ProfileFormat } from '../../../src/profile/model.ts';
import { TreeBuilder } from '../../../src/profile/tree.ts';

/** A profile of stacks, outermost frame first, with their weights. */
export function profileOf(
  stacks: readonly (readonly [stack: readonly (string | Frame)[], weight: number])[],
  format: ProfileFormat = 'cpuprofile',
): Profile {
  const builder = new TreeBuilder();
  for (const [stack, weight] of stacks) {
    let node = -1;
    for (const frame of stack) {
      node = builder.child(node, builder.frame(typeof frame === 'string' ? { name: frame } : frame));
    }
    builder.add(node, weight);
  }
  return {
    format,
    unit: 'microseconds',
    threads: [{ name: 'main', tree: builder.build(), samples: stacks.length }],
    lost: [],
  };
}

/** A frame of a script. */
export function script(name: string, file: string, line = 1): Frame {
  return { name, file, line };
}

/** Frames of a stack written as in folded form; a script's URL stands behind its name (`writeSync node:fs`). */
export function stack(text: string): Frame[] {
  return text.split(';').map((name) => {
    if (name.endsWith('_[k]')) return { name: name.slice(0, -4), file: '[kernel.kallsyms]' };
    const match = /^(?!JS:|LazyCompile:)(.+) ((?:node:|\/|[a-z]+:\/\/)\S+)$/.exec(name);
    return match?.[1] === undefined || match[2] === undefined ? { name } : { name: match[1], file: match[2] };
  });
}
