import { join } from 'node:path';
import type { PeerKind } from './floors.ts';

/** One download that a program is asked for. The folder is new, empty and the program's own. */
export interface Job {
  url: string;
  folder: string;
  /** Inside the folder. */
  output: string;
  /** PEM of the certificate authority, where the origin speaks TLS. */
  caPath?: string;
  /** Bundle of bareUndici.ts. */
  bareUndiciPath: string;
}

/** A program of the comparison. */
export interface Peer {
  name: string;
  title: string;
  kind: PeerKind;
  /** Debian packages. */
  packages: readonly string[];
  /** npm packages with their exact version, installed outside the project. */
  npm?: readonly string[];
  /** Whether the output is the concatenation of the fragments, written anew by a muxer, or the number of bytes alone. */
  output: 'exact' | 'remuxed' | 'counted';
  /** Prints the version; that it runs is the proof that the program is there. */
  versionCommand: readonly string[];
  command: (job: Job) => readonly string[];
}

const root = join(import.meta.dirname, '../..');

/** npm packages of peers live here, never in package.json. */
export const peersFolder = join(root, '.vscode-test/peers');

const cliPath = join(root, 'dist/cli.js');
const node = process.execPath;
/** Prints a package's version; fails where the package or the program made of it is not there. */
const versionOf = (manifest: string, program = manifest): string[] => [
  ...[node, '-e', 'fs.accessSync(process.argv[2]); console.log(require(process.argv[1]).version)'],
  ...[manifest, program],
];
const sibling = (file: string): string => join(import.meta.dirname, file);

/**
 * The programs, each with the settings that serve it best: native HLS, its best documented concurrency, no progress, no
 * configuration, no repair step after the download. Certificates: those that take a CA get it, the others don't verify.
 */
export const peers: readonly Peer[] = [
  {
    name: 'hotframe',
    title: 'hotframe',
    kind: 'self',
    packages: [],
    output: 'exact',
    versionCommand: versionOf(join(root, 'package.json'), cliPath),
    command: ({ url, output, caPath }) => [
      ...[node, cliPath, 'download', url, '-o', output, '--write', 'streaming'],
      ...(caPath === undefined ? [] : ['--ca', caPath]),
    ],
  },
  {
    name: 'undici',
    title: 'bare undici, 16',
    kind: 'transfer',
    packages: [],
    output: 'exact',
    versionCommand: versionOf(join(root, 'node_modules/undici/package.json')),
    command: ({ url, output, caPath, bareUndiciPath }) => [
      ...[node, bareUndiciPath, url, output],
      ...(caPath === undefined ? [] : [caPath]),
    ],
  },
  {
    name: 'discard',
    title: 'bare undici, 16, discards',
    kind: 'transfer',
    packages: [],
    output: 'counted',
    versionCommand: versionOf(join(root, 'node_modules/undici/package.json')),
    command: ({ url, output, caPath, bareUndiciPath }) => [
      ...[node, bareUndiciPath, url, output],
      ...(caPath === undefined ? [] : [caPath]),
      '--discard',
    ],
  },
  {
    name: 'curl',
    title: 'curl -Z 16, then cat',
    kind: 'transfer',
    packages: ['curl'],
    output: 'exact',
    versionCommand: ['curl', '-q', '--version'],
    command: ({ url, output, caPath }) => [
      ...['sh', sibling('curlThenCat.sh'), url, output],
      ...(caPath === undefined ? [] : [caPath]),
    ],
  },
  {
    name: 'aria2c',
    title: 'aria2c -j16, then cat',
    kind: 'transfer',
    packages: ['aria2', 'curl'],
    output: 'exact',
    versionCommand: ['aria2c', '--no-conf', '--version'],
    command: ({ url, output, caPath }) => [
      ...['sh', sibling('aria2ThenCat.sh'), url, output],
      ...(caPath === undefined ? [] : [caPath]),
    ],
  },
  {
    name: 'ffmpeg',
    title: 'ffmpeg -c copy',
    kind: 'hls',
    packages: ['ffmpeg'],
    output: 'remuxed',
    versionCommand: ['ffmpeg', '-version'],
    command: ({ url, output }) => [
      ...['ffmpeg', '-nostdin', '-hide_banner', '-loglevel', 'error', '-nostats'],
      ...['-i', url, '-map', '0', '-c', 'copy', '-f', 'mpegts', '-y', output],
    ],
  },
  {
    name: 'm3u8stream',
    title: 'm3u8stream',
    kind: 'hls',
    packages: [],
    npm: ['m3u8stream@0.8.6'],
    output: 'exact',
    versionCommand: versionOf(join(peersFolder, 'node_modules/m3u8stream/package.json')),
    command: ({ url, output }) => [node, sibling('m3u8streamToFile.mjs'), peersFolder, url, output],
  },
  {
    name: 'yt-dlp',
    title: 'yt-dlp -N 8',
    kind: 'hls',
    packages: ['yt-dlp'],
    output: 'exact',
    versionCommand: ['yt-dlp', '--ignore-config', '--version'],
    command: ({ url, output }) => [
      ...['yt-dlp', '--ignore-config', '--no-cache-dir', '--no-warnings', '--quiet', '--no-progress'],
      ...['--no-check-certificates', '--hls-prefer-native', '-N', '8', '--no-part', '--no-mtime', '--fixup', 'never'],
      ...['-f', 'best', '-o', output, url],
    ],
  },
  {
    name: 'streamlink',
    title: 'streamlink, 10 threads',
    kind: 'hls',
    packages: ['streamlink'],
    output: 'exact',
    versionCommand: ['streamlink', '--version'],
    command: ({ url, output }) => [
      ...['streamlink', '--loglevel', 'error', '--http-no-ssl-verify', '--stream-segment-threads', '10'],
      ...['--force', '-o', output, `hls://${url}`, 'best'],
    ],
  },
];

/** Our own program as it chooses by itself how many transfers run at once, and at each of these numbers. */
export function sweepPeers(widths: readonly number[]): Peer[] {
  const own = peers[0]!;
  const at = (concurrency: string) => (job: Job) => [...own.command(job), '--concurrency', concurrency];
  return [
    { ...own, title: 'auto', command: at('auto') },
    ...widths.map((width): Peer => ({
      ...own,
      name: `at ${width}`,
      title: `${width} at once`,
      kind: 'fixed',
      command: at(`${width}`),
    })),
  ];
}

/** Our own program over HTTP/2, over HTTP/1.1, and by its own choice. */
export function versionPeers(): Peer[] {
  const own = peers[0]!;
  const over = (http: string) => (job: Job) => [...own.command(job), '--http', http];
  return [
    { ...own, title: 'over HTTP/2', command: over('2') },
    { ...own, name: 'http1', title: 'over HTTP/1.1', kind: 'transfer', command: over('1.1') },
    { ...own, name: 'auto', title: 'auto', kind: 'transfer', command: over('auto') },
  ];
}

/** The first thing in a program's greeting that looks like a version; the whole first line where nothing does. */
export function findVersion(text: string): string {
  return /\d+(?:\.\d+)+[\w.+~-]*/.exec(text)?.[0] ?? text.split('\n', 1)[0]!.trim();
}
