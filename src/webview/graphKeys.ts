import type { Step } from './boxSpace.ts';
import type { Orientation } from './viewport.ts';

/** What a key asks of the graph. */
export type GraphCommand =
  | { kind: 'step'; step: Step }
  | { kind: 'pan'; part: number }
  | { kind: 'zoom'; factor: number }
  | { kind: 'enter' | 'back' | 'whole' | 'openSource' | 'copy' };

/** The parts of a key event that count. */
export interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** A step of panning, in parts of what is shown, and of zooming. */
const PAN_PART = 0.15;
const ZOOM_FACTOR = 0.7;

const PLAIN: ReadonlyMap<string, GraphCommand> = new Map<string, GraphCommand>([
  ['ArrowLeft', { kind: 'step', step: 'previous' }],
  ['ArrowRight', { kind: 'step', step: 'next' }],
  ['Enter', { kind: 'enter' }],
  ['Escape', { kind: 'back' }],
  ['Home', { kind: 'whole' }],
  ['0', { kind: 'whole' }],
  ['+', { kind: 'zoom', factor: ZOOM_FACTOR }],
  ['=', { kind: 'zoom', factor: ZOOM_FACTOR }],
  ['w', { kind: 'zoom', factor: ZOOM_FACTOR }],
  ['-', { kind: 'zoom', factor: 1 / ZOOM_FACTOR }],
  ['s', { kind: 'zoom', factor: 1 / ZOOM_FACTOR }],
  ['a', { kind: 'pan', part: -PAN_PART }],
  ['d', { kind: 'pan', part: PAN_PART }],
]);

const SHIFTED: ReadonlyMap<string, GraphCommand> = new Map<string, GraphCommand>([
  ['ArrowLeft', { kind: 'pan', part: -PAN_PART }],
  ['ArrowRight', { kind: 'pan', part: PAN_PART }],
  ['+', { kind: 'zoom', factor: ZOOM_FACTOR }],
]);

/** What a key means; undefined for one that is not the graph's. Up and down are as the graph stands. */
export function commandOf(key: Key, orientation: Orientation): GraphCommand | undefined {
  if (key.altKey) return undefined;
  if (key.ctrlKey || key.metaKey) {
    if (key.key === 'Enter') return { kind: 'openSource' };
    return key.key === 'c' && !key.shiftKey ? { kind: 'copy' } : undefined;
  }
  if (key.shiftKey) return SHIFTED.get(key.key);
  if (key.key === 'ArrowDown' || key.key === 'ArrowUp') {
    const isInwards = (key.key === 'ArrowDown') === (orientation === 'icicle');
    return { kind: 'step', step: isInwards ? 'callee' : 'caller' };
  }
  return PLAIN.get(key.key);
}
