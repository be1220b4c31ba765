import type { Content } from './content.ts';

/** A format that is recognised so that its user is told what to do; it is not read. */
export interface UnreadableFormat {
  name: string;
  hint: string;
  detect: (content: Content) => boolean;
}

/** First event line of `perf script`: command, ids, time, colon. */
const PERF_EVENT = /^\S.*?\s+(?:\d+\/)?\d+\s+(?:\[\d+\]\s+)?[\d.]+:/m;

const FOLD_FIRST = 'Fold it first (stackcollapse-perf.pl, inferno-collapse-perf) and open the folded file.';
const OTHER_FORMATS = 'Open a .cpuprofile or folded stacks (a;b;c 12).';

/** Formats that are known and not readable yet, the most certain signs first. */
export const UNREADABLE_FORMATS: readonly UnreadableFormat[] = [
  {
    name: 'a perf.data file',
    hint: 'Run `perf script` over it and fold the text (stackcollapse-perf.pl, inferno-collapse-perf).',
    detect: (content) => content.kind === 'binary' && latin1(content.bytes, 8).startsWith('PERFILE'),
  },
  {
    name: 'a V8 heap snapshot',
    hint: 'It holds objects, not stacks: record a heap profile or a CPU profile instead.',
    detect: (content) => isObject(property(content, 'snapshot')),
  },
  {
    name: 'a V8 heap profile',
    hint: OTHER_FORMATS,
    detect: (content) => {
      const head = property(content, 'head');
      return isObject(head) && 'selfSize' in head;
    },
  },
  {
    name: 'an SVG flamegraph',
    hint: 'Open the folded stacks that it was drawn from.',
    detect: (content) => content.kind === 'text' && /<svg[\s>]/.test(content.text.slice(0, 10_000)),
  },
  {
    name: 'perf script text',
    hint: FOLD_FIRST,
    detect: (content) =>
      content.kind === 'text' &&
      (content.text.startsWith('# ========') || PERF_EVENT.test(content.text.slice(0, 100_000))) &&
      /^\s+[0-9a-f]{4,16} \S/m.test(content.text.slice(0, 1_000_000)),
  },
];

function property(content: Content, key: string): unknown {
  return content.kind === 'json' && isObject(content.value) ? content.value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function latin1(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}
