import { decodeEntities } from './entities.ts';
import { formatTime, parseTimestamp, toMs } from './timestamps.ts';

/** The text with the timestamps inside it (WebVTT §3.3, `<00:00:01.000>`) moved by so many ticks. */
export function shiftTimestamps(text: string, byTicks: number): string {
  if (byTicks === 0 || !text.includes('<')) return text;
  return text.replace(/<(\d[\d:.]*)>/g, (tag, time: string) => {
    const ticks = parseTimestamp(time);
    return ticks === undefined ? tag : `<${formatTime(toMs(ticks + byTicks), '.')}>`;
  });
}

type Token =
  { kind: 'text'; text: string } | { kind: 'start'; name: string; annotation: string } | { kind: 'end'; name: string };

/** The parts of a cue's text (WebVTT §6.4.1), timestamps left out. */
function* tokensOf(text: string): Generator<Token> {
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    const textEnd = open < 0 ? text.length : open;
    if (textEnd > at) yield { kind: 'text', text: decodeEntities(text.slice(at, textEnd)) };
    if (open < 0) return;
    // A tag that nothing closes takes the rest.
    const close = text.indexOf('>', open);
    const tagEnd = close < 0 ? text.length : close;
    const tag = tagOf(text.slice(open + 1, tagEnd));
    if (tag) yield tag;
    at = tagEnd + 1;
  }
}

function tagOf(inside: string): Token | undefined {
  if (inside.startsWith('/')) return { kind: 'end', name: inside.slice(1) };
  if (/^\d/.test(inside)) return undefined;
  const nameEnd = inside.search(/[\t\n\f .]/);
  if (nameEnd < 0) return { kind: 'start', name: inside, annotation: '' };
  const gap = inside.search(/[\t\n\f ]/);
  const annotation = gap < 0 ? '' : decodeEntities(inside.slice(gap)).replace(/[\t\n\f\r ]+/g, ' ');
  return { kind: 'start', name: inside.slice(0, nameEnd), annotation: annotation.trim() };
}

const elements: ReadonlySet<string> = new Set(['c', 'i', 'b', 'u', 'ruby', 'rt', 'v', 'lang']);
const kept: ReadonlySet<string> = new Set(['i', 'b', 'u']);

/**
 * A cue's text as SRT players know it: tags but `<b>`, `<i>` and `<u>` are gone and those are closed, a voice stands before
 * what it says (`Name: `), ruby text in parentheses, entities are the characters that they name. Lines without text are left
 * out, since one would end the cue; empty when none is left.
 */
export function toSrtText(text: string): string {
  const open: string[] = [];
  let result = '';
  const close = (): void => {
    const name = open.pop() ?? '';
    if (kept.has(name)) result += `</${name}>`;
    if (name === 'rt') result += ')';
  };
  for (const token of tokensOf(text)) {
    if (token.kind === 'text') result += token.text;
    else if (token.kind === 'end') {
      if (token.name === 'ruby' && open.at(-1) === 'rt') close();
      if (token.name === open.at(-1)) close();
    } else if (elements.has(token.name) && (token.name !== 'rt' || open.at(-1) === 'ruby')) {
      open.push(token.name);
      result += opening(token);
    }
  }
  while (open.length > 0) close();
  return safeLines(result);
}

function opening({ name, annotation }: { name: string; annotation: string }): string {
  if (kept.has(name)) return `<${name}>`;
  if (name === 'rt') return '(';
  return name === 'v' && annotation !== '' ? `${annotation}: ` : '';
}

/** Neither an empty line nor an arrow may come out of an entity: either could begin another cue. */
function safeLines(text: string): string {
  const lines = text.replaceAll('-->', '→').split(/\r\n?|\n/);
  return hasText(text) ? lines.filter((line) => line.trim() !== '').join('\n') : '';
}

function hasText(text: string): boolean {
  return text.replace(/<\/?[biu]>/g, '').trim() !== '';
}
