import { ProfileError } from '../errors.ts';

/** A frame as it is drawn. */
export interface Box {
  name: string;
  /** As the title says. */
  weight: number;
  /** What the title counts: `samples`, `ms`, … */
  counted: string;
  /** Left edge and width, in the unit of `tolerance`. */
  x: number;
  width: number;
  /** Top edge in pixels. */
  y: number;
  /** How far two edges that are one may be apart. */
  tolerance: number;
  /** The title gives a change too. */
  isDifference: boolean;
}

const BOXES_MAX = 2 ** 21;
const TITLE_MAX = 2 ** 16;
const TAG_MAX = 4096;
/** Weights beyond are no longer exact, and no recording has them. */
const WEIGHT_MAX = Number.MAX_SAFE_INTEGER;

/** Edges are rounded to a tenth of a pixel, or to four decimals of a percent. */
const PIXEL_TOLERANCE = 0.11;
const PERCENT_TOLERANCE = 0.00011;

const NAMED_ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Finds the frames of a flame graph: titles like `name (1,234 samples, 5.67%)` and the rectangle after each. Time and memory are linear in the
 * text. Other titles and rectangles are skipped.
 *
 * @throws {ProfileError} PROFILE_TOO_LARGE
 */
export function scanBoxes(text: string): Box[] {
  const boxes = [...titledBoxes(text)];
  return boxes.length > 0 ? boxes : [...handledBoxes(text)];
}

function* titledBoxes(text: string): Generator<Box> {
  let count = 0;
  let rectAt = 0;
  for (let at = text.indexOf('<title'); at >= 0;) {
    const start = text.indexOf('>', at) + 1;
    const end = start === 0 ? -1 : text.indexOf('</title>', start);
    if (end < 0) return;
    const next = text.indexOf('<title', end);
    // Searched from where the last search ended, so that titles without rectangles cost no time.
    if (rectAt < end) rectAt = text.indexOf('<rect', end);
    if (rectAt < 0) return;
    if ((next < 0 || rectAt < next) && end - start <= TITLE_MAX) {
      const box = readBox(decodeEntities(text.slice(start, end)), tagAt(text, rectAt));
      if (box !== undefined) yield box;
      if (box !== undefined && ++count > BOXES_MAX) throw tooMany();
    }
    at = next;
  }
}

/** The form before titles: `onmouseover="s('name (12 samples, 3.45%)')"` on the rectangle or on the group around it. */
function* handledBoxes(text: string): Generator<Box> {
  const handler = `onmouseover="s('`;
  let count = 0;
  let rectAt = 0;
  for (let at = text.indexOf(handler); at >= 0; at = text.indexOf(handler, at + 1)) {
    const start = at + handler.length;
    const limited = text.slice(start, start + TITLE_MAX);
    const length = limited.indexOf(`')"`);
    if (length < 0) return;
    const tagStart = text.slice(Math.max(0, at - TAG_MAX), at).lastIndexOf('<') + Math.max(0, at - TAG_MAX);
    let tag = text.slice(tagStart, at);
    if (!tag.startsWith('<rect')) {
      if (rectAt < start) rectAt = text.indexOf('<rect', start);
      if (rectAt < 0) return;
      tag = tagAt(text, rectAt);
    }
    const title = decodeEntities(limited.slice(0, length)).replaceAll(/\\(['\\])/g, '$1');
    const box = readBox(title, tag);
    if (box !== undefined) yield box;
    if (box !== undefined && ++count > BOXES_MAX) throw tooMany();
  }
}

function tagAt(text: string, at: number): string {
  const start = text.slice(at, at + TAG_MAX);
  const end = start.indexOf('>');
  return end < 0 ? '' : start.slice(0, end);
}

function readBox(title: string, tag: string): Box | undefined {
  const open = title.lastIndexOf(' (');
  const counts = /^ \(([\d,]{1,40}(?:\.\d{1,20})?) ([^,()]{1,40}), [\d.]{1,20}%(; [+-]?[\d.]{1,20}%)?\)\s*$/.exec(
    title.slice(open < 0 ? title.length : open),
  );
  const weight = Number(counts?.[1]?.replaceAll(',', ''));
  if (counts?.[2] === undefined || !(weight >= 0 && weight <= WEIGHT_MAX)) return undefined;
  const y = attribute(tag, 'y')?.value;
  const place = readPlace(tag);
  if (y === undefined || place === undefined) return undefined;
  const isDifference = counts[3] !== undefined;
  return { name: title.slice(0, open), weight, counted: counts[2], y, isDifference, ...place };
}

/** inferno's exact edges in samples where they are given, else what is drawn. */
function readPlace(tag: string): Pick<Box, 'x' | 'width' | 'tolerance'> | undefined {
  const exactX = attribute(tag, 'fg:x');
  const exactWidth = attribute(tag, 'fg:w');
  if (exactX !== undefined && exactWidth !== undefined)
    return { x: exactX.value, width: exactWidth.value, tolerance: 0 };
  const x = attribute(tag, 'x');
  const width = attribute(tag, 'width');
  if (x === undefined || width === undefined) return undefined;
  return { x: x.value, width: width.value, tolerance: x.isPercent ? PERCENT_TOLERANCE : PIXEL_TOLERANCE };
}

function attribute(tag: string, name: string): { value: number; isPercent: boolean } | undefined {
  const start = tag.indexOf(` ${name}="`);
  if (start < 0) return undefined;
  const text = /^(-?[\d.]{1,30})(%?)"/.exec(tag.slice(start + name.length + 3, start + name.length + 40));
  const value = Number(text?.[1]);
  return text === null || !Number.isFinite(value) ? undefined : { value, isPercent: text[2] === '%' };
}

/** Replaces the five entities that XML itself has, and characters by number, once: what comes out is not looked at again. */
function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|([a-z]{2,4}));/g,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED_ENTITIES[name] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}

function tooMany(): ProfileError {
  return new ProfileError('PROFILE_TOO_LARGE', `the flame graph has more than ${BOXES_MAX} frames`, {
    hint: 'Open the folded stacks that it was drawn from, or draw it with a larger minimum width.',
  });
}
