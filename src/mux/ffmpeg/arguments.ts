import { ByteFile, type ByteRange } from '../media/byteFile.ts';
import { detectFormat } from '../media/container.ts';
import { splitSections } from '../media/sections.ts';
import { languageCode } from '../languages.ts';
import type { MuxContainer, MuxInput, MuxRequest } from '../request.ts';

const FORMATS: Readonly<Record<MuxContainer, string>> = { mp4: 'mp4', mkv: 'matroska', ts: 'mpegts' };

/**
 * The list with which ffmpeg's concat demuxer reads an input section by section, each moved as a whole to the end of the
 * one before; `undefined` where one section is all.
 */
export function sectionList(input: MuxInput): string | undefined {
  if (input.kind === 'subtitles' || (input.discontinuities ?? []).length === 0) return undefined;
  using file = new ByteFile(input.path);
  const sections = splitSections(file, detectFormat(file), input.discontinuities ?? []);
  const parts = sections.flatMap((section) => section.parts);
  if (parts.length < 2) return undefined;
  const lines = parts.map(({ ranges }) => `file ${quoted(merged(ranges).map((range) => rangeUrl(input.path, range)))}`);
  return ['ffconcat version 1.0', ...lines, ''].join('\n');
}

/** The first range, which may be an init segment, and all that is behind it: ffmpeg opens the file for each one. */
function merged(ranges: readonly ByteRange[]): ByteRange[] {
  const [first, second] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || second === undefined || last === undefined) return [...ranges];
  return [first, { start: second.start, end: last.end }];
}

/** A range of a file as ffmpeg reads it. */
function rangeUrl(path: string, { start, end }: ByteRange): string {
  return `subfile,,start,${start},end,${end},,:${path}`;
}

function quoted(urls: readonly string[]): string {
  const url = urls.length === 1 ? urls.join('') : `concat:${urls.join('|')}`;
  return `'${url.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The arguments for a request. Nothing passes a shell.
 * @param lists path of the list of each input that is read by sections.
 */
export function ffmpegArguments(request: MuxRequest, lists: ReadonlyMap<MuxInput, string>): string[] {
  const sources = request.inputs.flatMap((input) => {
    const list = lists.get(input);
    if (list === undefined) return ['-i', `file:${input.path}`];
    return ['-f', 'concat', '-safe', '0', '-protocol_whitelist', 'file,subfile,concat', '-i', `file:${list}`];
  });
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning', '-progress', 'pipe:1', '-y'],
    ...sources,
    ...request.inputs.flatMap(mapArguments),
    ...['-c', 'copy', ...(request.container === 'mp4' ? ['-c:s', 'mov_text', '-movflags', '+faststart'] : [])],
    ...labelArguments(request.inputs),
    ...['-f', FORMATS[request.container], `file:${request.output}`],
  ];
}

function mapArguments({ kind }: MuxInput, index: number): string[] {
  if (kind === 'subtitles') return ['-map', `${index}:s`];
  return ['-map', `${index}:v?`, '-map', `${index}:a?`];
}

/** Languages, names and defaults: of the subtitles and of the inputs that hold audio alone, as far as that is said. */
function labelArguments(inputs: readonly MuxInput[]): string[] {
  const counts = { a: 0, s: 0 };
  return inputs.flatMap(({ kind, language, name, isDefault }) => {
    const type = kind === 'subtitles' ? 's' : 'a';
    if (type === 'a' && language === undefined && name === undefined && isDefault === undefined) return [];
    const stream = `${type}:${counts[type]++}`;
    const code = languageCode(language);
    return [
      ...(code === undefined ? [] : [`-metadata:s:${stream}`, `language=${code}`]),
      ...(name === undefined
        ? []
        : [`-metadata:s:${stream}`, `title=${name}`, `-metadata:s:${stream}`, `handler_name=${name}`]),
      ...(isDefault === undefined ? [] : [`-disposition:${stream}`, isDefault ? 'default' : '0']),
    ];
  });
}
