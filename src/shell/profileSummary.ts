import type { JobProfile } from '../jobs/record.ts';
import { judge, type Judging } from '../profile/hotFrames.ts';
import type { Profile } from '../profile/model.ts';
import type { Judged } from './profileJudge.ts';

/** What is known of a profile's file before it is read. */
export type ProfileFile = Pick<JobProfile, 'kind' | 'file' | 'name' | 'attachedAt'>;

/** Judges a profile, as `ProfileJudge.judge` does. */
export type Judge = <T>(work: (judging: Judging) => T) => Pick<Judged<T>, 'value' | 'key'>;

/** What a job records of a profile, and its line in the tree says. */
export function summariseProfile(profile: Profile, file: ProfileFile, judgeWith: Judge): JobProfile {
  const { value, key } = judgeWith((judging) => judge(profile, judging));
  const { hot, gate } = value;
  const top = hot.frames[0];
  return {
    ...file,
    format: profile.format,
    total: hot.total,
    unit: profile.unit,
    gate: { literal: gate.literal.suspects, owned: gate.owned.suspects },
    ...(top === undefined ? {} : { topFrame: { name: top.name, share: top.selfShare } }),
    ...(key === '' ? {} : { judgedBy: key }),
  };
}

/** What is known of a file that is new to its job. */
export function newProfileFile(kind: JobProfile['kind'], name: string): ProfileFile {
  return { kind, file: name, name, attachedAt: new Date().toISOString() };
}
