import { openPlaylistText } from '../engine/openPlaylist.ts';
import { runDownload, downloadUsage } from './download.ts';
import { runInspect } from './inspect.ts';
import { runProfile } from './profile.ts';

const usage = `Hotframe downloads HLS streams and keeps the evidence of how each download ran.

Usage:
  hotframe download <url> -o <file> [options]   download a stream
  hotframe inspect <url or file> [options]      show what a playlist holds, fetching no fragment
  hotframe profile <file> [options]             name the hot frames of a profile

${downloadUsage}
Exit codes: 0 the file is whole · 2 usage · 3 origin or network · 4 playlist · 5 disk
            6 whole but for gaps · 130 cancelled
`;

/** Runs one command and resolves to its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  const { stdout, stderr } = process;
  const cancelling = new AbortController();
  const { signal } = cancelling;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancelling.abort());
  switch (command) {
    case 'download':
      return runDownload(rest, { stdout, stderr, signal, env: process.env });
    case 'inspect':
      return runInspect(rest, {
        stdout,
        stderr,
        load: (url, options) => openPlaylistText(url, { ...options, signal }),
      });
    case 'profile':
      return runProfile(rest, { stdout, stderr });
    case '--help':
    case '-h':
    case 'help':
      stdout.write(usage);
      return 0;
    default:
      stderr.write(command === undefined ? usage : `There is no command "${command}".\n\n${usage}`);
      return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
