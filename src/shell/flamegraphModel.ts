import { categorise, originOf } from '../profile/categories.ts';
import { GATE_SUSPECTS, type Gate } from '../profile/hotFrames.ts';
import type { Profile } from '../profile/model.ts';
import { summarise } from '../profile/summary.ts';
import type { CounterRow, GateReading, ProfileModel } from '../webview/messages.ts';

/** All that the flamegraph page shows of a profile. `title` is the profile's name for people. */
export function flamegraphModel(profile: Profile, title: string, counters: CounterRow[]): ProfileModel {
  const { hotFrames, total, idle, gate } = summarise(profile);
  const origin = originOf(profile);
  return {
    title,
    unit: profile.unit,
    threads: profile.threads.map(({ name, samples, tree }) => ({
      name,
      samples,
      tree,
      decisions: categorise(tree, origin),
    })),
    hotFrames,
    total,
    idle,
    gate: gateReadings(gate),
    counters,
    lost: profile.lost,
  };
}

/** The gate's answer in both readings, each in one plain sentence. */
export function gateReadings({ top, metric, suspects, literal, owned }: Gate): GateReading[] {
  const share = `${(100 * owned.share).toFixed(1)} %`;
  const within = `the ${top} frames with the most ${metric} time`;
  const sought = suspects.join() === GATE_SUSPECTS.join() ? 'an allocator or a system call' : suspects.join(' or ');
  return [
    {
      name: 'Literal',
      hit: literal.hit,
      answer: literal.suspects.join(', '),
      sentence: literal.hit
        ? `By their own names, ${literal.frames.length} of ${within} ${literal.frames.length === 1 ? 'is' : 'are'} suspect (${literal.suspects.join(', ')}): ${literal.frames.join(', ')}.`
        : `By its own name, none of ${within} is ${sought}.`,
    },
    {
      name: 'Owned',
      hit: owned.hit,
      answer: owned.hit ? share : '',
      sentence: owned.hit
        ? `By whole stacks, ${owned.categories.join(', ')} ${owned.categories.length === 1 ? 'stands' : 'stand'} among the ${top} heaviest; suspected work owns ${share} of the busy weight.`
        : `By whole stacks, no suspected category stands among the ${top} heaviest; suspected work owns ${share} of the busy weight.`,
    },
  ];
}
