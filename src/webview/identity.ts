import type { ProfileModel } from './messages.ts';

/** Tells profiles apart: what was selected in one says nothing in another. */
export function fingerprint({ title, total, threads }: ProfileModel): string {
  return [title, total, ...threads.map(({ nodes }) => nodes)].join(' ');
}

/** Index of the thread with most weight that is not idle: the one to show first. */
export function heaviestThread({ threads }: ProfileModel): number {
  const busy = threads.map((thread) => thread.busy);
  return Math.max(0, busy.indexOf(Math.max(...busy)));
}
