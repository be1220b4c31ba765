import type { Refusal } from './arguments.ts';

const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/**
 * Bytes a second: a number, and behind it k, M or G for its thousands, Ki, Mi or Gi for its 1024s, in capitals or not.
 * Throws what `refuse` makes of anything else.
 */
export function readRate(option: string, text: string, refuse: Refusal): number {
  const [, number = '', suffix = ''] = /^(\d+(?:\.\d+)?)([kmg]i?)?$/i.exec(text.trim()) ?? [];
  const rate = Math.round(Number(number) * (factors[suffix.toLowerCase()] ?? Number.NaN));
  if (number !== '' && rate > 0) return rate;
  throw refuse(`${option} takes bytes a second, like 500k, 2.5M or 1G, not "${text}".`);
}
