/** What kind of work a stack's time went into; closed, so that tables and colours can be exhaustive. */
export type Category =
  // Suspects: see `SUSPECTS`.
  | 'allocator'
  | 'page-fault'
  | 'memory-syscall'
  | 'buffer'
  | 'file-io'
  | 'network'
  // Shown apart.
  | 'copy'
  | 'gc'
  | 'wait'
  | 'idle'
  // Work.
  | 'tls'
  | 'crypto'
  | 'compression'
  | 'http'
  | 'http-parse'
  | 'dns'
  | 'streams'
  | 'playlist-parse'
  | 'regexp'
  | 'event-loop'
  | 'rust-runtime'
  | 'js-engine'
  | 'runtime'
  | 'kernel'
  | 'native'
  | 'dependency'
  | 'user'
  | 'unknown';

/** The two things that a claim about buffers and writes suspects. */
export type Suspect = 'allocator' | 'syscall';

/** The categories that each suspect stands for. Copy, gc and waiting belong to neither and are shown apart. */
export const SUSPECTS: Readonly<Record<Suspect, readonly Category[]>> = {
  allocator: ['allocator', 'page-fault', 'memory-syscall', 'buffer'],
  syscall: ['file-io', 'network', 'memory-syscall'],
};

/** A category and what decided it: a rule's readable name or the source of a regular expression. */
export interface Decision {
  category: Category;
  pattern: string;
}
