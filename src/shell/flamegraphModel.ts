import { categorise, originOf } from '../profile/categories.ts';
import { GATE_SUSPECTS, type Gate, type Judging } from '../profile/hotFrames.ts';
import type { Profile, SampleTimes, Thread } from '../profile/model.ts';
import { packThread } from '../profile/packedThread.ts';
import { summarise } from '../profile/summary.ts';
import type { CounterRow, GateReading, HostMessage, ProfileModel } from '../webview/messages.ts';

/** Samples of one message: some megabytes, so that the page can draw between two. */
const PIECE_SAMPLES = 2 ** 18;

/** All that the flamegraph page is told of a profile, judged as told, in the order of sending. `title` is the profile's name for people. */
export function* flamegraphMessages(
  profile: Profile,
  title: string,
  counters: CounterRow[],
  judging: Judging = {},
): Generator<HostMessage, void, undefined> {
  const model = flamegraphModel(profile, title, counters, judging);
  yield { type: 'profile', profile: model };
  const origin = originOf(profile);
  const order = [...profile.threads.keys()].sort((a, b) => busyOf(model, b) - busyOf(model, a) || a - b);
  for (const thread of order) {
    const { tree, times } = profile.threads[thread] ?? {};
    if (tree === undefined) continue;
    yield { type: 'thread', thread, stacks: packThread(tree, categorise(tree, origin, judging.rules)) };
    if (times === undefined) continue;
    for (let at = 0; at < times.node.length; at += PIECE_SAMPLES) {
      yield { type: 'times', thread, at, times: piece(times, at) };
    }
  }
}

function busyOf({ threads }: ProfileModel, thread: number): number {
  return threads[thread]?.busy ?? 0;
}

/** A copy of its own: what is sent of a part of an array would be all of it. */
function piece({ node, startUs, endUs }: SampleTimes, at: number): SampleTimes {
  const end = at + PIECE_SAMPLES;
  return { node: node.slice(at, end), startUs: startUs.slice(at, end), endUs: endUs.slice(at, end) };
}

function flamegraphModel(profile: Profile, title: string, counters: CounterRow[], judging: Judging): ProfileModel {
  const { hotFrames, total, idle, gate } = summarise(profile, judging);
  return {
    title,
    unit: profile.unit,
    threads: profile.threads.map((thread) => ({
      name: thread.name,
      samples: thread.samples,
      nodes: thread.tree.parent.length,
      busy: busyWeight(thread),
      timed: thread.times?.node.length ?? 0,
    })),
    hotFrames,
    total,
    idle,
    gate: gateReadings(gate),
    counters,
    lost: profile.lost,
    ...timelineOf(profile),
  };
}

/** The timeline, and where it lies in the samples' time: both are of one clock. */
function timelineOf({ timeline, startUs }: Profile): Pick<ProfileModel, 'timeline' | 'timelineOffsetUs'> {
  if (timeline === undefined) return {};
  const { originUs } = timeline;
  return {
    timeline,
    ...(originUs === undefined || startUs === undefined ? {} : { timelineOffsetUs: originUs - startUs }),
  };
}

function busyWeight({ tree }: Thread): number {
  const isIdle = tree.frames.map(({ name }) => name === '(idle)');
  return tree.self.reduce((sum, self, node) => (isIdle[tree.frame[node] ?? 0] === true ? sum : sum + self), 0);
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
