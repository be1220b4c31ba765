import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { root } from '../host/found.ts';

/** What axe-core found on one page. */
export interface AxeReport {
  /** A line for each element that breaks a rule: the rule, the element, and what is wrong with it. */
  violations: string[];
  /** Rules that held for at least one element, by their ids. */
  passes: string[];
}

const source = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

const RUN = `
  axe.run(document, { resultTypes: ['violations', 'passes'], preload: false }).then(({ violations, passes }) => ({
    violations: violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ': ' + failureSummary.replaceAll(/\\s+/g, ' ')),
    ),
    passes: passes.map(({ id }) => id),
  }))
`;

/** Checks the page of a frame by every rule of axe-core. */
export async function checkWithAxe(frame: Frame): Promise<AxeReport> {
  if (!(await frame.evaluate('"axe" in globalThis'))) await frame.evaluate(source);
  return frame.evaluate<AxeReport>(RUN);
}
