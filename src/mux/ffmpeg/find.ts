import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { MuxError } from '../errors.ts';

/** The executable of ffmpeg: the one given, or the first on PATH. Throws MuxError where there is none. */
export async function findFfmpeg(given: string | undefined, environment: NodeJS.ProcessEnv): Promise<string> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  // A relative folder on PATH would let the folder of a download choose what is run.
  const folders = searchPath(environment)
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const candidates = given === undefined ? folders.map((folder) => path.join(folder, name)) : [given];
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // The next folder may have it; that none has is told below.
    }
  }
  throw new MuxError(
    'MUX_FFMPEG',
    given === undefined ? 'There is no ffmpeg on PATH.' : 'ffmpeg is not where it should be.',
    {
      hint: 'Install ffmpeg, or leave the muxing to Hotframe.',
    },
  );
}

/** A thread of its own sees the environment of Windows by exact names, and there it is usually `Path`. */
function searchPath(environment: NodeJS.ProcessEnv): string {
  const name = Object.keys(environment).find((known) => known.toUpperCase() === 'PATH') ?? '';
  return environment['PATH'] ?? environment[name] ?? '';
}
