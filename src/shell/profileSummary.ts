import { gate, hotFrames } from '../profile/hotFrames.ts';
import { readProfile } from '../profile/formats/index.ts';
import type { JobProfile } from '../jobs/record.ts';

/**
 * What a job records of a profile.
 * @param bytes the file, of any format that can be read.
 * @param name its file name; messages and the tree call it so.
 * @throws ProfileError when it is no profile, or a broken one.
 */
export function summariseProfile(
  bytes: Uint8Array,
  name: string,
  kind: JobProfile['kind'],
  now = new Date(),
): JobProfile {
  const profile = readProfile(bytes, name);
  const { frames, total } = hotFrames(profile);
  const { literal, owned } = gate(profile);
  const top = frames[0];
  return {
    kind,
    file: name,
    name,
    attachedAt: now.toISOString(),
    format: profile.format,
    total,
    unit: profile.unit,
    gate: { literal: literal.suspects, owned: owned.suspects },
    ...(top === undefined ? {} : { topFrame: { name: top.name, share: top.selfShare } }),
  };
}
