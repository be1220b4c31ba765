import { categorise, originOf } from '../profile/categories.ts';
import { gate, hotFrames, type Gate } from '../profile/hotFrames.ts';
import type { Profile } from '../profile/model.ts';
import type { CounterRow, GateReading, ProfileModel } from '../webview/messages.ts';

/** Hot frames in the table, and those that the gate looks at. */
const TOP = 10;

/** All that the flamegraph page shows of a profile. `title` is the profile's name for people. */
export function flamegraphModel(profile: Profile, title: string, counters: CounterRow[]): ProfileModel {
  const { frames, total, idle } = hotFrames(profile);
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
    hotFrames: frames.filter(({ self }) => self > 0).slice(0, TOP),
    total,
    idle,
    gate: gateReadings(gate(profile, TOP)),
    counters,
    lost: profile.lost,
  };
}

/** The gate's answer in both readings, each in one plain sentence. */
export function gateReadings({ top, literal, owned }: Gate): GateReading[] {
  const share = `${(100 * owned.share).toFixed(1)} %`;
  const within = `the ${top} frames with the most self time`;
  return [
    {
      name: 'Literal',
      hit: literal.hit,
      answer: literal.suspects.join(', '),
      sentence: literal.hit
        ? `By their own names, ${literal.frames.length} of ${within} ${literal.frames.length === 1 ? 'is' : 'are'} suspect (${literal.suspects.join(', ')}): ${literal.frames.join(', ')}.`
        : `By its own name, none of ${within} is an allocator or a system call.`,
    },
    {
      name: 'Owned',
      hit: owned.hit,
      answer: owned.hit ? share : '',
      sentence: owned.hit
        ? `By whole stacks, ${share} of the busy weight went into ${owned.categories.join(', ')} (${owned.suspects.join(', ')}).`
        : `By whole stacks, no suspected category is among the ${top} heaviest (${share} of the busy weight).`,
    },
  ];
}
