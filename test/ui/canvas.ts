import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';

/** Of the page. */
declare function requestAnimationFrame(callback: (timeMs: number) => void): number;

/** What is needed here of a canvas; the types of a page are not those of this folder. */
interface Canvas {
  width: number;
  height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

/** Waits until the picture of a canvas, which is drawn in one of the next frames, has more than three colours. */
export async function waitForPicture(canvas: Locator): Promise<void> {
  await canvas.waitFor();
  const colours = await canvas.evaluate(countColours, patienceMs);
  assert.ok(colours > 3, `the picture has ${colours} colours`);
}

const patienceMs = 10_000;

/** Counts the colours in the picture of a canvas, in each frame until there are several. Runs in the page. */
async function countColours(element: unknown, patienceMs: number): Promise<number> {
  const canvas = element as Canvas;
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set(new Uint32Array(data.buffer)).size;
    if (colours > 3 || performance.now() > endMs) return colours;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
