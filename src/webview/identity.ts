import type { ProfileModel } from './messages.ts';

/** Tells profiles apart: what was selected in one says nothing in another. */
export function fingerprint({ title, total, threads }: ProfileModel): string {
  return [title, total, ...threads.map(({ tree }) => tree.parent.length)].join(' ');
}

/** Index of the thread with most weight that is not idle: the one to show first. */
export function heaviestThread({ threads }: ProfileModel): number {
  const busy = threads.map(({ tree }) =>
    tree.self.reduce(
      (sum, self, node) => (tree.frames[tree.frame[node] ?? 0]?.name === '(idle)' ? sum : sum + self),
      0,
    ),
  );
  return Math.max(0, busy.indexOf(Math.max(...busy)));
}
