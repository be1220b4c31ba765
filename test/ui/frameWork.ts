/** An event of a browser's trace: times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  args?: { name?: string };
}

/**
 * What the main thread of the page did for each frame, in milliseconds: all its tasks from one frame's beginning to the next one's. The page is in the renderer whose
 * main thread began the most frames.
 */
export function frameWorkMs(events: readonly TraceEvent[]): number[] {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const perThread = mains.map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid));
  const works = perThread.map(workOf);
  return works.reduce((most, work) => (work.length > most.length ? work : most), []);
}

function workOf(events: readonly TraceEvent[]): number[] {
  const begins = events.filter(({ name, ph }) => name === 'AnimationFrame' && ph === 'b').map(({ ts }) => ts);
  begins.sort((a, b) => a - b);
  const tasks = events.filter(({ name, ph }) => ph === 'X' && /RunTask$/.test(name));
  const outermost = withoutInner(tasks);
  const work = new Array<number>(Math.max(0, begins.length - 1)).fill(0);
  let frame = 0;
  for (const { ts, dur = 0 } of outermost) {
    while (frame + 1 < begins.length && (begins[frame + 1] ?? Infinity) <= ts + dur / 2) frame += 1;
    if (frame < work.length && ts + dur > (begins[0] ?? Infinity)) work[frame] = (work[frame] ?? 0) + dur / 1000;
  }
  return work;
}

/** Tasks that run inside of another one are part of its time. */
function withoutInner(tasks: readonly TraceEvent[]): TraceEvent[] {
  let end = -Infinity;
  return tasks
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      if (ts + dur <= end) return false;
      end = ts + dur;
      return true;
    });
}
