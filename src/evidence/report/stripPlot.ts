import { xmlText } from '../../profile/xmlText.ts';
import type { Claimed } from '../claim.ts';
import { type Effect, logRatios } from '../effects.ts';
import { type MetricName, METRICS } from '../metrics.ts';
import type { Pair } from '../pairs.ts';
import { formatChange, formatInterval } from './words.ts';

const WIDTH_PX = 960;
const ROW_PX = 104;
const HEAD_PX = 62;
const FOOT_PX = 40;
/** Where ratios are drawn. */
const LEFT_PX = 150;
const RIGHT_PX = 770;
/** From a row's top. */
const DOTS_PX = 26;
const LANES = 5;
const LANE_PX = 7;
const BAR_PX = 66;
const AXIS_PX = 78;

/** Colours that differ in lightness too. */
const COLOUR = { better: '#0b6bb8', worse: '#b8520b', zone: '#e2e2e2', range: '#cfe3c4', line: '#555', text: '#222' };

/** What is drawn. */
export interface StripPlot {
  title: string;
  pairs: readonly Pair[];
  /** A row each, in this order. */
  effects: readonly Effect[];
  claimed: Claimed;
  /** As `zoneOf` has it. */
  zone: number;
}

/**
 * The pairs of a test as an SVG image that needs nothing else: a row for each metric, a dot for each pair at its ratio on a log scale, below
 * them the estimate with its interval, behind them the zone of what doesn't matter and the claimed range. Each row has a scale of its own.
 */
export function drawStripPlot({ title, pairs, effects, claimed, zone }: StripPlot): string {
  const heightPx = HEAD_PX + effects.length * ROW_PX + FOOT_PX;
  const rows = effects.map((effect, index) => {
    const range = effect.metric === claimed.metric ? rangeOf(claimed) : undefined;
    return `<g transform="translate(0 ${HEAD_PX + index * ROW_PX})">${drawRow(effect, pairs, zone, range)}</g>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${heightPx}" viewBox="0 0 ${WIDTH_PX} ${heightPx}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="12" fill="${COLOUR.text}" role="img">
<desc>${xmlText(title)}: the ratio of candidate to baseline in each pair of runs; left of the line the candidate takes less</desc>
<rect width="100%" height="100%" fill="#fcfcfc"/>
<text x="16" y="26" font-size="15">${xmlText(title)}</text>
<text x="${LEFT_PX}" y="50" fill="${COLOUR.better}">← the candidate takes less</text>
<text x="${RIGHT_PX}" y="50" text-anchor="end" fill="${COLOUR.worse}">the candidate takes more →</text>
${rows.join('\n')}
${drawLegend(heightPx - 16)}
</svg>
`;
}

function drawRow(effect: Effect, pairs: readonly Pair[], zone: number, range: Span | undefined): string {
  const { metric, ratio, interval } = effect;
  const values = logRatios(metric, pairs);
  const scale = scaleOf([...values, -zone, zone, ...(range ?? [])]);
  const band = ([from, to]: Span, fill: string, topPx: number): string =>
    `<rect x="${px(scale.at(from))}" y="${topPx}" width="${px(scale.at(to) - scale.at(from))}" height="${AXIS_PX - topPx}" fill="${fill}"/>`;
  const bar =
    interval === undefined
      ? ''
      : `<line x1="${px(scale.at(Math.log(interval.low)))}" x2="${px(scale.at(Math.log(interval.high)))}" y1="${BAR_PX}" y2="${BAR_PX}" stroke="${COLOUR.text}" stroke-width="3" stroke-linecap="round"/>`;
  const estimate = scale.at(Math.log(ratio));
  return [
    band([-zone, zone], COLOUR.zone, 6),
    range === undefined ? '' : band(range, COLOUR.range, 6),
    `<line x1="${px(scale.at(0))}" x2="${px(scale.at(0))}" y1="6" y2="${AXIS_PX}" stroke="${COLOUR.line}"/>`,
    drawDots(metric, pairs, scale),
    bar,
    `<path d="M${px(estimate)} ${BAR_PX - 6}l5 6l-5 6l-5 -6z" fill="${COLOUR.text}"/>`,
    drawAxis(scale),
    `<text x="16" y="${DOTS_PX + 4}">${xmlText(METRICS[metric].title)}</text>`,
    `<text x="16" y="${DOTS_PX + 22}" fill="${COLOUR.line}">${effect.pairs} pairs</text>`,
    `<text x="${RIGHT_PX + 16}" y="${DOTS_PX + 4}" font-size="14">${formatChange(ratio)}</text>`,
    `<text x="${RIGHT_PX + 16}" y="${DOTS_PX + 22}" fill="${COLOUR.line}" font-size="11">${formatInterval(interval)}</text>`,
  ].join('');
}

/** A dot a pair, in the order of the pairs from lane to lane, so that neighbours don't cover each other. */
function drawDots(metric: MetricName, pairs: readonly Pair[], scale: Scale): string {
  return pairs
    .flatMap((pair, index) => {
      const [value] = logRatios(metric, [pair]);
      if (value === undefined) return [];
      const y = DOTS_PX + ((index % LANES) - (LANES - 1) / 2) * LANE_PX;
      const colour = value < 0 ? COLOUR.better : COLOUR.worse;
      const look = pair.isNoisy
        ? `fill="none" stroke="${colour}" stroke-width="1.5"`
        : `fill="${colour}" fill-opacity="0.7"`;
      const label = `pair ${pair.pair + 1}: ${formatChange(Math.exp(value))}${pair.isNoisy ? ', noisy' : ''}`;
      return [`<circle cx="${px(scale.at(value))}" cy="${px(y)}" r="4" ${look}><title>${label}</title></circle>`];
    })
    .join('');
}

function drawAxis(scale: Scale): string {
  const ticks = ticksOf(scale).map(({ at, label }) => {
    const x = px(scale.at(at));
    return `<line x1="${x}" x2="${x}" y1="${AXIS_PX}" y2="${AXIS_PX + 4}" stroke="${COLOUR.line}"/><text x="${x}" y="${AXIS_PX + 16}" text-anchor="middle" font-size="10" fill="${COLOUR.line}">${label}</text>`;
  });
  return `<line x1="${LEFT_PX}" x2="${RIGHT_PX}" y1="${AXIS_PX}" y2="${AXIS_PX}" stroke="${COLOUR.line}"/>${ticks.join('')}`;
}

function drawLegend(y: number): string {
  const items: [mark: string, text: string][] = [
    [`<circle cx="6" cy="-4" r="4" fill="${COLOUR.line}"/>`, 'a pair'],
    [`<circle cx="6" cy="-4" r="4" fill="none" stroke="${COLOUR.line}" stroke-width="1.5"/>`, 'a noisy pair'],
    [
      `<path d="M0 -4h12" stroke="${COLOUR.text}" stroke-width="3"/><path d="M6 -9l4 5l-4 5l-4 -5z"/>`,
      'estimate and interval',
    ],
    [`<rect y="-11" width="14" height="12" fill="${COLOUR.zone}"/>`, 'too little to matter'],
    [`<rect y="-11" width="14" height="12" fill="${COLOUR.range}"/>`, 'claimed'],
  ];
  let x = LEFT_PX;
  const drawn = items.map(([mark, text]) => {
    const item = `<g transform="translate(${x} ${y})">${mark}<text x="20" font-size="11">${text}</text></g>`;
    x += 40 + text.length * 6.6;
    return item;
  });
  return drawn.join('');
}

/** Logs of ratios, the smaller first. */
type Span = readonly [from: number, to: number];

interface Scale {
  from: number;
  to: number;
  /** Log ratio → pixels from the left. */
  at: (value: number) => number;
}

function scaleOf(values: readonly number[]): Scale {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const margin = (most - least) * 0.04;
  const [from, to] = [least - margin, most + margin];
  return { from, to, at: (value) => LEFT_PX + ((value - from) / (to - from)) * (RIGHT_PX - LEFT_PX) };
}

const TICKS_MAX = 9;
const STEPS_PERCENT = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];

/** Ticks at whole percents, or at powers of two where the ratios are far apart. */
function ticksOf({ from, to }: Scale): { at: number; label: string }[] {
  if (to - from > Math.log(4)) {
    const step = Math.ceil((to - from) / Math.LN2 / TICKS_MAX) * Math.LN2;
    const first = Math.ceil(from / step);
    return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => {
      const at = (first + index) * step;
      return { at, label: `×${Number(Math.exp(at).toPrecision(3))}` };
    });
  }
  const [least, most] = [Math.expm1(from) * 100, Math.expm1(to) * 100];
  const step = STEPS_PERCENT.find((percent) => (most - least) / percent <= TICKS_MAX) ?? 100;
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, index) => {
    const percent = Number(((first + index) * step).toFixed(1));
    const label = `${percent < 0 ? '−' : percent > 0 ? '+' : ''}${Math.abs(percent)} %`;
    return { at: Math.log1p(percent / 100), label };
  });
}

function rangeOf({ change, percent }: Claimed): Span | undefined {
  if (percent === undefined) return undefined;
  const ends = percent.map((part) => Math.log1p((change === 'decrease' ? -part : part) / 100));
  return [Math.min(...ends), Math.max(...ends)];
}

function px(value: number): string {
  return Number(value.toFixed(2)).toString();
}
