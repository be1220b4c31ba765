import type { Decision } from './categories.ts';
import type { CallTree, Frame } from './model.ts';

/** What is known to be the profiled program's own code, by its `main`. */
export interface Program {
  /** Namespaces and crates: `hls` of `hls::Downloader::run()`. */
  namespaces: ReadonlySet<string>;
  /** Functions without a namespace that `main` calls itself. */
  symbols: ReadonlySet<string>;
  /** Binaries that hold `main`. */
  files: ReadonlySet<string>;
}

/** Namespaces of libraries that a `main` may call first. */
const LIBRARY =
  /^(?:std|core|alloc|tokio\w*|futures\w*|boost|asio|absl|folly|node|v8|__gnu_cxx|fmt|spdlog|Qt\w*|base|content|electron)$/;
/** Binaries that run other people's programs: an unknown symbol in them is no code of the program. */
const HOST = /(?:^|[\\/])(?:node|electron|code|chrom\w*|python[\d.]*|java|ruby|deno|bun)(?:\.exe)?$/i;
const RETURN_TYPE = /^(?:(?:static|virtual|inline|const|unsigned|void|bool|int|long|auto|char|double|float) )+/;
/** A bare name, not one that a demangler, a compiler or a profiler decorated. */
const PLAIN = /^[A-Za-z_]\w*(?:\(.*\))?$/;

/** Finds the program's own names: its crate by `crate::main`, and what `main` calls. */
export function findProgram(tree: CallTree): Program {
  const namespaces = new Set<string>();
  const symbols = new Set<string>();
  const files = new Set<string>();
  for (let node = 0; node < tree.parent.length; node++) {
    const frame = tree.frames[tree.frame[node] ?? 0];
    const parent = tree.frames[tree.frame[tree.parent[node] ?? -1] ?? -1];
    if (frame === undefined) continue;
    const crate = /^([A-Za-z_]\w*)::main$/.exec(frame.name)?.[1];
    if (crate !== undefined && !LIBRARY.test(crate)) namespaces.add(crate);
    if (isMain(frame.name) && frame.file !== undefined && !HOST.test(frame.file) && !frame.file.startsWith('[')) {
      files.add(frame.file);
    }
    if (parent === undefined || !isMain(parent.name)) continue;
    const namespace = namespaceOf(frame.name);
    if (namespace === undefined) {
      if (PLAIN.test(frame.name)) symbols.add(frame.name);
    } else if (!LIBRARY.test(namespace)) namespaces.add(namespace);
  }
  return { namespaces, symbols, files };
}

/** The decision for a frame of the program itself, or undefined for any other. */
export function decideProgram(program: Program, { name, file }: Frame): Decision | undefined {
  const namespace = namespaceOf(name);
  if (namespace !== undefined) {
    return program.namespaces.has(namespace)
      ? { category: 'user', pattern: `the namespace of the program’s main: ${namespace}` }
      : undefined;
  }
  if (isMain(name)) return { category: 'user', pattern: 'main' };
  if (program.symbols.has(name)) return { category: 'user', pattern: 'called by main' };
  return file !== undefined && program.files.has(file) && PLAIN.test(name)
    ? { category: 'user', pattern: 'a symbol of the binary that holds main' }
    : undefined;
}

function isMain(name: string): boolean {
  return name === 'main' || name.startsWith('main(');
}

function namespaceOf(name: string): string | undefined {
  return /^<*(?:&(?:mut )?)?(?:dyn )?([A-Za-z_]\w*)::/.exec(name.replace(RETURN_TYPE, ''))?.[1];
}
