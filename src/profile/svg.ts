import { ProfileError } from './errors.ts';
import { foldedLabel } from './foldedLabel.ts';
import { layoutFlame } from './layout.ts';
import type { CallTree, Profile, Unit } from './model.ts';
import { mergeTrees } from './tree.ts';
import { xmlText } from './xmlText.ts';

const WIDTH_PX = 1200;
const ROW_PX = 16;
const HEAD_PX = 40;
const FOOT_PX = 24;
/** Boxes that a browser still draws and searches at once. */
const BOXES_MAX = 100_000;
const NARROWEST_PX = 0.1;
/** Where nobody reads the stacks back: what cannot be seen only makes the image heavy. */
const NARROWEST_SEEN_PX = 0.5;
/** Names in narrower boxes would be a letter or two. */
const NAMED_PX = 14;

const COUNTED: Readonly<Record<Unit, string>> = {
  microseconds: 'microseconds',
  samples: 'samples',
  bytes: 'bytes',
  count: 'counts',
};

/** How a call tree is drawn. */
export interface Drawing {
  tree: CallTree;
  /** What stands above it. */
  title: string;
  /** What it shows, in words, for those who cannot see it. */
  description: string;
  /** A line below it. */
  note: string;
  /** A box's colour, and its title: what a browser shows where the pointer rests. `node` is −1 for the box below all others. */
  lookOf: (node: number, label: string, box: { width: number; share: number }) => { fill: string; title: string };
  /** Whether edges are written in inferno's form too, so that tools read the stacks back. */
  isReadable: boolean;
}

/** A frame to draw; edges are weights from the left. */
interface Box {
  node: number;
  label: string;
  x: number;
  width: number;
  depth: number;
}

/**
 * A flame graph as an SVG image that needs nothing else: no script, no fonts, no style sheets. Names are whole texts, cut off at their box by the
 * image, so that a browser finds them; each box has its weight and share as a title. All threads become one tree, the outermost frames
 * at the bottom, the heaviest at the left. Titles and edges are in inferno's form, so that tools read the stacks back.
 *
 * Times are whole microseconds. Boxes narrower than a tenth of a pixel are left out, more of them when there are more than 100,000; the image says so.
 *
 * @param title what stands above it
 * @throws {ProfileError} PROFILE_TOO_LARGE when the stacks are too deep to be drawn
 */
export function toSvg(profile: Profile, title: string): string {
  const { unit } = profile;
  const counted = COUNTED[unit];
  const merged = mergeTrees(profile.threads.map(({ tree }) => tree));
  const isWhole =
    unit === 'microseconds' || unit === 'bytes' || merged.self.every((weight) => Number.isInteger(weight));
  return drawFlame({
    tree: isWhole ? { ...merged, self: merged.self.map((weight) => Math.round(weight)) } : merged,
    title,
    description: `a flame graph; the wider a frame, the more ${counted} it has`,
    note: '',
    lookOf: (_, label, { width, share }) => ({
      fill: colour(label),
      title: `${label} (${grouped(width)} ${counted}, ${(share * 100).toFixed(2)}%)`,
    }),
    isReadable: true,
  });
}

/** The image of a drawing, as `toSvg` describes it. @throws {ProfileError} PROFILE_TOO_LARGE */
export function drawFlame(drawing: Drawing): string {
  const { tree, title, description, note, isReadable } = drawing;
  const isWhole = tree.self.every((weight) => Number.isInteger(weight));
  const { boxes, elided, weight, rows } = boxesOf(drawing, isWhole);
  const heightPx = HEAD_PX + rows * ROW_PX + FOOT_PX;
  const notes = [
    ...(note === '' ? [] : [note]),
    ...(elided > 0
      ? [`${elided} frames that are too narrow are not drawn; their weight counts for their callers.`]
      : []),
  ];
  const drawn = boxes.map((box) => group(box, drawing, weight, heightPx - FOOT_PX)).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg"${isReadable ? ' xmlns:fg="http://github.com/jonhoo/inferno"' : ''} width="${WIDTH_PX}" height="${heightPx}" viewBox="0 0 ${WIDTH_PX} ${heightPx}" font-family="Verdana, sans-serif" font-size="11" role="img">
<desc>${xmlText(title)}: ${xmlText(description)}</desc>
<rect x="0" y="0" width="100%" height="100%" fill="#f8f8f8"/>
<text x="${WIDTH_PX / 2}" y="24" text-anchor="middle" font-size="16">${xmlText(title)}</text>
<g${isReadable ? ` id="frames" fg:total="${plain(weight)}"` : ''}>
${drawn}
</g>
<text x="10" y="${heightPx - 8}" fill="#555">${xmlText(notes.join(' '))}</text>
</svg>
`;
}

function boxesOf(
  { tree, isReadable }: Drawing,
  isWhole: boolean,
): { boxes: Box[]; elided: number; weight: number; rows: number } {
  const layout = layoutFlame(tree);
  const { weight, depth, width, x } = layout;
  const countFrom = (px: number): number =>
    width.reduce((count, part) => (part * WIDTH_PX >= px ? count + 1 : count), 0);
  let narrowestPx = isReadable ? NARROWEST_PX : NARROWEST_SEEN_PX;
  while (countFrom(narrowestPx) > BOXES_MAX) {
    if (narrowestPx * 2 > WIDTH_PX) throw tooDeep();
    narrowestPx *= 2;
  }
  const exact = (part: number): number => (isWhole ? Math.round(part * weight) : part * weight);
  const labels = tree.frames.map(foldedLabel);
  const boxes: Box[] = [{ node: -1, label: 'all', x: 0, width: weight, depth: 0 }];
  let deepest = 0;
  let elided = 0;
  for (let node = 0; node < width.length; node++) {
    const part = width[node] ?? 0;
    if (part * WIDTH_PX < narrowestPx) {
      if (part > 0) elided++;
      continue;
    }
    const level = (depth[node] ?? 0) + 1;
    deepest = Math.max(deepest, level);
    boxes.push({
      node,
      label: labels[tree.frame[node] ?? 0] ?? '',
      x: exact(x[node] ?? 0),
      width: exact(part),
      depth: level,
    });
  }
  return { boxes, elided, weight, rows: deepest + 1 };
}

function group({ node, label, x, width, depth }: Box, drawing: Drawing, weight: number, bottomPx: number): string {
  const scale = weight === 0 ? 0 : WIDTH_PX / weight;
  const y = bottomPx - (depth + 1) * ROW_PX;
  const left = (x * scale).toFixed(2);
  const widthPx = (width * scale).toFixed(2);
  const { fill, title } = drawing.lookOf(node, label, { width, share: weight === 0 ? 1 : width / weight });
  const edges = drawing.isReadable ? ` fg:x="${plain(x)}" fg:w="${plain(width)}"` : '';
  const text =
    width * scale < NAMED_PX
      ? ''
      : `<svg x="${left}" y="${y}" width="${widthPx}" height="${ROW_PX}"><text x="3" y="11.5">${xmlText(label)}</text></svg>`;
  return `<g><title>${xmlText(title)}</title><rect x="${left}" y="${y}" width="${widthPx}" height="${ROW_PX - 1}" fill="${fill}" rx="1"${edges}/>${text}</g>`;
}

/** A warm colour that a name always has, light enough for black text. */
function colour(name: string): string {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) >>> 0;
  return `hsl(${10 + (hash % 45)},${70 + ((hash >>> 8) % 25)}%,${66 + ((hash >>> 16) % 12)}%)`;
}

/** A number without an exponent. */
function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(6) : text;
}

function grouped(value: number): string {
  const [whole = '', decimals] = plain(value).split('.');
  const groups = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return decimals === undefined ? groups : `${groups}.${decimals}`;
}

function tooDeep(): ProfileError {
  return new ProfileError(
    'PROFILE_TOO_LARGE',
    `the profile has more than ${BOXES_MAX} frames that would have to be drawn`,
    {
      hint: 'Export it as folded stacks or for speedscope.',
    },
  );
}
