/** Seconds as they are told: to the millisecond. */
export function roundS(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** Milliseconds as they are told: to the hundredth. */
export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
