import { cover, readableOn, type Rgba } from './contrast.ts';

/** How much of its colour a box keeps that does not stand out, 0 to 1. */
export const FADED_OPACITY = 0.28;
/** The same for a box above what is zoomed to. */
export const ABOVE_ZOOM_OPACITY = 0.45;
/** How much the background covers of a lane where the lane's name stands. */
export const NAME_OPACITY = 0.92;

/** For boxes of each colour that let the background through: which of the texts is written on them, by its place in the list. */
export function textsOver(
  fills: readonly Rgba[],
  opacity: number,
  background: Rgba,
  texts: readonly Rgba[],
): readonly number[] {
  return fills.map((fill) => readableOn(cover({ ...fill, opacity }, background), texts));
}
