import type { Content } from './content.ts';

/** A format that is recognised so that its user is told what to do; it is not read. */
export interface UnreadableFormat {
  name: string;
  hint: string;
  detect: (content: Content) => boolean;
}

/** Formats that are known and not readable yet, the most certain signs first. */
export const UNREADABLE_FORMATS: readonly UnreadableFormat[] = [
  {
    name: 'a perf.data file',
    hint: 'Run `perf script` over it on the machine where it was recorded and open its output.',
    detect: (content) => content.kind === 'binary' && latin1(content.bytes, 8).startsWith('PERFILE'),
  },
  {
    name: 'a V8 heap snapshot',
    hint: 'It holds objects, not stacks: record a heap profile or a CPU profile instead.',
    detect: (content) => isObject(property(content, 'snapshot')),
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
