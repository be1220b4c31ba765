import { join } from 'node:path';
import type { Job, JobProfile } from '../api.ts';
import type { JobProfile as StoredProfile, JobRecord, JobState } from '../jobs/record.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** A job as other programs see it: its record without what is Hotframe's own. */
export function toPublicJob(record: JobRecord, folder: string): Job {
  const { id, title, state, request, createdAt, endedAt, receipt, error } = record;
  return {
    id,
    title,
    ...publicState(state),
    url: request.url,
    output: receipt?.output?.path ?? request.output,
    ...(request.replay === undefined ? {} : { isReplay: true }),
    folder,
    createdAt,
    ...withoutUndefined({
      endedAt,
      bytes: receipt?.output?.bytes ?? receipt?.bytes.payload ?? record.progress?.bytes,
      wallMs: receipt?.wallMs,
      fragments: fragmentsOf(record),
      error: error && { code: error.code, message: error.message, hint: error.hint },
    }),
    profiles: record.profiles.map((profile) => toPublicProfile(profile, folder)),
  };
}

/** Version 1 of the API knows no other states than those that it began with. */
function publicState(state: JobState): Pick<Job, 'state' | 'isQueued' | 'isPaused'> {
  switch (state) {
    case 'queued':
      return { state: 'running', isQueued: true };
    case 'paused':
      return { state: 'interrupted', isPaused: true };
    default:
      return { state };
  }
}

/** A job's profile as other programs see it. */
export function toPublicProfile(
  { name, file, kind, format, topFrame, gate }: StoredProfile,
  folder: string,
): JobProfile {
  const { literal, owned } = gate;
  const path = join(folder, 'profiles', file);
  return { name, path, kind, format, ...withoutUndefined({ topFrame }), gate: { literal, owned } };
}

function fragmentsOf({ receipt, progress }: JobRecord): Job['fragments'] {
  if (receipt !== undefined) {
    const { total, fetched, resumed, gaps } = receipt.fragments;
    return { done: fetched + resumed, total, gaps };
  }
  return progress && { done: progress.fragments, total: progress.fragmentsTotal, gaps: 0 };
}
