import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mux } from '../../../src/mux/mux.ts';
import type { MuxInput, MuxOptions, MuxRequest, MuxResult } from '../../../src/mux/request.ts';

const execute = promisify(execFile);

export const worker = new URL('../../../src/muxWorker.ts', import.meta.url);

/** Path of a clip of the lab. */
export const clip = (name: string): string => fileURLToPath(new URL(`../../origin/clip/${name}`, import.meta.url));

export const media = (file: string, more: Partial<MuxInput> = {}): MuxInput => ({ path: file, kind: 'media', ...more });

/** Muxes with mediabunny unless the request says otherwise. */
export const muxed = (
  request: Pick<MuxRequest, 'inputs' | 'output' | 'container'> & Partial<MuxRequest>,
  options: MuxOptions = {},
): Promise<MuxResult> => mux({ muxer: 'mediabunny', ...request }, worker, options);

/** Skips what needs ffmpeg and ffprobe where they are not installed, and says so. */
export function requireFfmpeg(context: Mocha.Context): void {
  const isThere = ['ffmpeg', 'ffprobe'].every((name) => spawnSync(name, ['-version']).error === undefined);
  if (isThere) return;
  console.log('      skipped: ffmpeg and ffprobe are not installed');
  context.skip();
}

export async function ffmpeg(...args: string[]): Promise<string> {
  const { stdout } = await execute('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-y', ...args], {
    maxBuffer: 2 ** 28,
  });
  return stdout;
}

export interface ProbedStream {
  codec_name?: string;
  codec_type: string;
  codec_tag_string: string;
  start_time: string;
  duration?: string;
  nb_read_packets: string;
  tags?: Record<string, string>;
  disposition: { default: number };
}

/** What ffprobe finds, and what it complains of. */
export async function probe(file: string): Promise<{ streams: ProbedStream[]; warnings: string }> {
  const args = ['-v', 'warning', '-count_packets', '-show_streams', '-of', 'json', file];
  const { stdout, stderr } = await execute('ffprobe', args);
  return { ...(JSON.parse(stdout) as { streams: ProbedStream[] }), warnings: stderr };
}

/** Codec and number of packets of each stream. */
export const counts = ({ streams }: { streams: ProbedStream[] }): string[] =>
  streams.map(({ codec_name: codec, nb_read_packets: packets }) => `${codec ?? '?'} ${packets}`);

/** Filters that give pictures and sound one form, whatever container they come from. */
const FORMS = {
  h264: { mpegts: 'h264_metadata', other: 'h264_mp4toannexb,h264_metadata' },
  aac: { mpegts: 'aac_adtstoasc', other: 'null' },
};

/** Size and hash of every packet of a stream, in order. */
export async function payloads(file: string, stream: string, codec: keyof typeof FORMS): Promise<string[]> {
  const form = FORMS[codec][/\.(mpeg)?ts$/.test(file) ? 'mpegts' : 'other'];
  const lines = await hashes('-i', file, '-map', `0:${stream}`, '-c', 'copy', '-bsf', form);
  return lines.map((line) => line.split(/, */).slice(4, 6).join(' '));
}

/** Every picture once, in its own size. */
const RAW = ['-fps_mode', 'passthrough', '-autoscale', '0'];

/** Hash of every decoded picture of a file, in the order of showing. */
export async function pictures(file: string, ...input: string[]): Promise<string[]> {
  const lines = await hashes(...input, '-i', file, '-map', '0:v', ...RAW);
  return lines.map((line) => line.split(/, */)[5] ?? '');
}

async function hashes(...args: string[]): Promise<string[]> {
  const output = await ffmpeg(...args, '-f', 'framehash', '-');
  return output.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Presentation times of a stream, in seconds, ascending. */
export async function times(file: string, stream: string): Promise<number[]> {
  const args = ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file];
  const { stdout } = await execute('ffprobe', args);
  const values = stdout.split('\n').flatMap((line) => (/^[-\d]/.test(line) ? [Number.parseFloat(line)] : []));
  return values.sort((one, other) => one - other);
}

/** Makes a clip of a test pattern with a tone, in a folder. */
export async function makeClip(
  folder: string,
  name: string,
  { seconds, codecs }: { seconds: number; codecs: string[] },
): Promise<string> {
  const file = path.join(folder, name);
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc=size=320x180:rate=25:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...codecs,
    file,
  );
  return file;
}
