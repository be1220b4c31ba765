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
    name: 'a pprof profile',
    hint: OTHER_FORMATS,
    // Protocol buffers have no magic; a profile starts with its sample types (field 1, length-delimited).
    detect: (content) => content.kind === 'binary' && content.bytes[0] === 0x0a,
  },
  {
    name: 'a speedscope file',
    hint: OTHER_FORMATS,
    detect: (content) => String(property(content, '$schema')).includes('speedscope'),
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
    name: 'a Firefox or samply profile',
    hint: OTHER_FORMATS,
    detect: (content) => {
      const meta = property(content, 'meta');
      if (isObject(meta)) return 'preprocessedProfileVersion' in meta || Array.isArray(property(content, 'threads'));
      const inner = property(content, 'profile');
      return isObject(inner) && isObject(inner['meta']);
    },
  },
  { name: 'a Chrome trace', hint: 'Save the CPU profile alone (.cpuprofile).', detect: isTraceEvents },
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

function isTraceEvents(content: Content): boolean {
  // Traces that were cut off have no closing bracket.
  if (content.kind === 'brokenJson')
    return /^\s*(?:\{\s*"traceEvents"\s*:\s*)?\[\s*\{[^}]*"ph"\s*:/.test(content.text.slice(0, 10_000));
  if (content.kind !== 'json') return false;
  const events: unknown = Array.isArray(content.value) ? content.value : property(content, 'traceEvents');
  return Array.isArray(events) && isObject(events[0]) && 'ph' in events[0];
}

function property(content: Content, key: string): unknown {
  return content.kind === 'json' && isObject(content.value) ? content.value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function latin1(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}
