import { type Gate, type HotFrame } from '../profile/hotFrames.ts';
import type { Profile } from '../profile/model.ts';
import { type ProfileSummary, summarise } from '../profile/summary.ts';
import type { GateRule } from './claim.ts';

/** One reading of the gate. */
export interface Reading {
  hit: boolean;
  /** A sentence: the answer, and what decides it. */
  sentence: string;
}

/** What a profile alone says of a claim: whether what the claim suspects is among the hot frames. */
export interface GateVerdict {
  state: 'revisit' | 'no-op';
  literal: Reading;
  owned: Reading;
  /** The reading that decides. */
  reading: GateRule['reading'];
  /** In the claim's own words, for this program. */
  sentence: string;
}

/** A profile as a claim reads it. */
export interface JudgedProfile {
  summary: ProfileSummary;
  verdict: GateVerdict;
}

/**
 * Reads a profile by a claim's rule. The *literal* reading hits when one of the top hot frames is a suspect by its own name; the *owned* one
 * when the suspects together own the claim's share of the busy samples by whole stacks, for nearly every download touches memory and system
 * calls somewhere. The rule says which decides; the other is told beside it.
 * @param program what the profile is of, and the verdict holds for
 */
export function judgeProfile(profile: Profile, rule: GateRule, program: string): JudgedProfile {
  const summary = summarise(profile, { top: rule.top, suspects: rule.suspects });
  return { summary, verdict: judgeGate(summary.gate, rule, program) };
}

/** As `judgeProfile`, of a gate that looked at the rule's suspects and hot frames. */
export function judgeGate(gate: Gate, rule: GateRule, program: string): GateVerdict {
  const literal = { hit: gate.literal.hit, sentence: literalSentence(gate, rule) };
  const owned = { hit: gate.owned.share >= rule.ownedPercent / 100, sentence: ownedSentence(gate, rule) };
  const { hit } = rule.reading === 'owned' ? owned : literal;
  const where = `in the top ${rule.top} hot frames of ${program}, by the ${rule.reading} reading`;
  const differs =
    literal.hit === owned.hit ? '' : ` The ${rule.reading === 'owned' ? 'literal' : 'owned'} one differs.`;
  return {
    state: hit ? 'revisit' : 'no-op',
    ...{ literal, owned, reading: rule.reading },
    sentence: hit
      ? `The profile shows ${orOf(rule)} ${where}: revisit.${differs}`
      : `The profile shows no ${orOf(rule)} ${where}: close as no-op.${differs}`,
  };
}

function literalSentence({ top, evidence }: Gate, rule: GateRule): string {
  if (evidence.literal.length === 0) return `none of the top ${top} hot frames is ${orOf(rule)} by name`;
  const frames = evidence.literal.map(({ name, rank, share }) => `#${rank} ${shorten(name)} ${percent(share)}`);
  return `${evidence.literal.length} of the top ${top} hot frames: ${frames.join(', ')}`;
}

function ownedSentence({ owned, evidence }: Gate, rule: GateRule): string {
  const relation = owned.share >= rule.ownedPercent / 100 ? 'at least' : 'less than';
  const parts = evidence.owned.map(({ category, share }) => `${category} ${percent(share)}`);
  const whole = `the suspects own ${percent(owned.share)} of the busy samples, ${relation} the claim's ${rule.ownedPercent} %`;
  return parts.length === 0 ? whole : `${whole}: ${parts.join(', ')}`;
}

function orOf({ suspects }: GateRule): string {
  return suspects.length === 1
    ? (suspects[0] ?? '')
    : `${suspects.slice(0, -1).join(', ')} or ${suspects.at(-1) ?? ''}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const NAME_LENGTH_MAX = 60;

function shorten(name: HotFrame['name']): string {
  return name.length <= NAME_LENGTH_MAX ? name : `${name.slice(0, NAME_LENGTH_MAX - 1)}…`;
}
