import { categorise, originOf } from '../profile/categories.ts';
import { GATE_SUSPECTS, type Gate, type Judging } from '../profile/hotFrames.ts';
import type { Profile, SampleTimes, Thread } from '../profile/model.ts';
import { packThread } from '../profile/packedThread.ts';
import { summarise } from '../profile/summary.ts';
import { t as english } from '../webview/l10n.ts';
import type { CounterRow, GateReading, HostMessage, ProfileModel } from '../webview/messages.ts';
import type { Translate } from './profilePage.ts';

/** Samples of one message: some megabytes, so that the page can draw between two. */
const PIECE_SAMPLES = 2 ** 18;

/** All that the flamegraph page is told of a profile, judged as told, in the order of sending, in words of `t`. `title` is the profile's name for people. */
export function* flamegraphMessages(
  profile: Profile,
  title: string,
  counters: CounterRow[],
  judging: Judging = {},
  t: Translate = english,
): Generator<HostMessage, void, undefined> {
  const model = flamegraphModel(profile, title, counters, judging, t);
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

function flamegraphModel(
  profile: Profile,
  title: string,
  counters: CounterRow[],
  judging: Judging,
  t: Translate,
): ProfileModel {
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
    gate: gateReadings(gate, t),
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
export function gateReadings(gate: Gate, t: Translate = english): GateReading[] {
  const { literal, owned } = gate;
  return [
    { name: t('Literal'), hit: literal.hit, answer: literal.suspects.join(', '), sentence: literalSentence(gate, t) },
    {
      name: t('Owned'),
      hit: owned.hit,
      answer: owned.hit ? percent(owned.share) : '',
      sentence: ownedSentence(gate, t),
    },
  ];
}

function literalSentence({ top, metric, suspects, literal }: Gate, t: Translate): string {
  const kind = metric === 'self' ? t('self') : t('total');
  const [named, frames] = [literal.suspects.join(', '), literal.frames.join(', ')];
  if (literal.hit) {
    return literal.frames.length === 1
      ? t(
          'By their own names, 1 of the {0} frames with the most {1} time is suspect ({2}): {3}.',
          top,
          kind,
          named,
          frames,
        )
      : t(
          'By their own names, {0} of the {1} frames with the most {2} time are suspect ({3}): {4}.',
          literal.frames.length,
          top,
          kind,
          named,
          frames,
        );
  }
  const isUsual = suspects.join() === GATE_SUSPECTS.join();
  const sought = isUsual ? t('an allocator or a system call') : suspects.join(` ${t('or')} `);
  return t('By its own name, none of the {0} frames with the most {1} time is {2}.', top, kind, sought);
}

function ownedSentence({ top, owned }: Gate, t: Translate): string {
  const [categories, share] = [owned.categories.join(', '), percent(owned.share)];
  if (!owned.hit) {
    return t(
      'By whole stacks, no suspected category stands among the {0} heaviest; suspected work owns {1} of the busy weight.',
      top,
      share,
    );
  }
  return owned.categories.length === 1
    ? t(
        'By whole stacks, {0} stands among the {1} heaviest; suspected work owns {2} of the busy weight.',
        categories,
        top,
        share,
      )
    : t(
        'By whole stacks, {0} stand among the {1} heaviest; suspected work owns {2} of the busy weight.',
        categories,
        top,
        share,
      );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
