import { INTERPRETED_FLAG, MAP_FLAG } from '../profile/record/native.ts';

/** V8 writes a log beside its map: into a file without a name (`+`), not into the folder that the process is in. */
const NO_LOG_FLAGS = ['--no-logfile-per-isolate', '--logfile=+'];

/**
 * Has V8 write the map that perf needs to name the functions of this process. It has to know when it begins, so that the process becomes
 * another run of itself under V8's flags, with the same id, streams and arguments, unless it is that already. Where a process cannot do
 * that, functions stay without names, which the profile says.
 */
export function nameFunctions(): void {
  const { execPath, execArgv, argv, env } = process;
  const flags = [MAP_FLAG, INTERPRETED_FLAG, ...NO_LOG_FLAGS].filter((flag) => !execArgv.includes(flag));
  if (flags.length === 0 || process.platform !== 'linux') return;
  process.execve?.(execPath, [execPath, ...execArgv, ...flags, ...argv.slice(1)], env);
}
