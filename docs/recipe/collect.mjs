#!/usr/bin/env node
// hotframe-collect <folder>: one table, in Markdown, of all that `hotframe download --json` and `hotframe claim test --json` have left
// below a folder as *.json. Ends with 1 when something failed, so that the last job of a batch says so.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [folder = '.'] = process.argv.slice(2);
const results = globSync('**/*.json', { cwd: folder })
  .sort()
  .flatMap((file) => read(join(folder, file)));

/** What a file tells; nothing when it is no result. What a job that died has left is a failure. */
function read(file) {
  const name = basename(file, '.json');
  const text = readFileSync(file, 'utf8');
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return [{ name, state: 'failed', told: 'the job ended before it said how', hasFailed: true }];
  }
  if (value?.schema !== 1) return [];
  if (value.claim !== undefined) return [{ name, state: value.state, told: value.sentence, hasFailed: false }];
  const state = value.state ?? 'failed';
  const hasFailed = state === 'failed' || state === 'cancelled';
  return value.error || value.fragments ? [{ name, state, told: describe(value), hasFailed }] : [];
}

function describe({ error, fragments, bytes, wallMs, bottleneck }) {
  if (error) return `${error.message} ${error.hint} (${error.code})`;
  const { total, retries, gaps } = fragments;
  const speed = (bytes.payload / 1e3 / Math.max(1, wallMs)).toFixed(1);
  const limit = bottleneck ? `, limited by ${bottleneck.kind}` : '';
  return `${total} fragments, ${retries} retries, ${gaps} gaps, ${(bytes.payload / 1e6).toFixed(1)} MB at ${speed} MB/s${limit}`;
}

const cells = (row) =>
  `| ${row.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
const rows = results.map(({ name, state, told }) => cells([name, state, told]));
console.log([cells(['name', 'state', 'what it came to']), cells(['---', '---', '---']), ...rows].join('\n'));
if (results.length === 0) console.error(`There is no result below ${folder}.`);
process.exitCode = results.length === 0 || results.some(({ hasFailed }) => hasFailed) ? 1 : 0;
