import { KERNEL_FILE } from './formats/folded.ts';
import type { Frame } from './model.ts';
import { toFrame } from './record/perfMap.ts';

/** What differs between two builds or two runs of one function: not what it is, but where it came to lie. */
const ACCIDENTS: readonly [RegExp, string][] = [
  // Offsets into a function or a library, and bare addresses.
  [/\+0x[0-9a-f]+$/i, ''],
  [/\b0x[0-9a-f]+\b/gi, '0x…'],
  // The hash at the end of Rust's names, and the numbers of compilers' copies.
  [/::h[0-9a-f]{16}(?=$|\.)/, ''],
  [/(?:\.(?:llvm|lto_priv|constprop|isra|part|cold|clone|localalias)(?:\.[0-9a-fA-F]+)?)+$/, ''],
  [/\b__rustc\[[0-9a-f]+\]/g, '__rustc'],
  // The ids that collapsers put behind a process: `node-123/456`.
  [/-\d+\/\d+$/, ''],
];

/**
 * Text by which a function is recognised in another profile: its name without addresses, hashes and copies; for functions of scripts and sources
 * also the file's own name, whatever folder it lay in; for the kernel's, that they are. A function of V8's is the same in every tier.
 *
 * @param hasLines whether the line of the source counts, which moves between builds
 */
export function identityOf(frame: Frame, hasLines: boolean): string {
  const { name, file, line } = /^(?:JS|LazyCompile|Function|Script|Eval):/.test(frame.name)
    ? toFrame(frame.name)
    : frame;
  const bare = ACCIDENTS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name);
  if (file === KERNEL_FILE) return `${bare}\n${KERNEL_FILE}`;
  // Binaries are named otherwise in every build, and often not at all: without a line the file says too little.
  if (file === undefined || line === undefined) return bare;
  const script =
    file
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .at(-1) ?? file;
  return hasLines ? `${bare}\n${script}:${line}` : `${bare}\n${script}`;
}
