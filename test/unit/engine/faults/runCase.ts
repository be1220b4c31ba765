import { randomUUID } from 'node:crypto';
import type { EngineReceipt } from '../../../../src/engine/receiptBook.ts';
import type { DownloadRequest } from '../../../../src/engine/request.ts';
import type { Lab } from '../../../origin/lab.ts';
import { downloadTo, type Downloaded } from '../downloadTo.ts';
import type { Case } from './cases.ts';
import type { Place } from './places.ts';
import { places, shape } from './places.ts';

/** How one download of the matrix went. */
export interface Outcome {
  case: Case;
  /** `correct`, `wrong file`, `cancelled`, or the code of the error. */
  ending: string;
  message: string;
  requests: number;
  seconds: number;
  /** What is not as it should be; empty where all is well. */
  problems: string[];
}

export interface Conditions {
  lab: Lab;
  ca: string;
  settings: Partial<DownloadRequest>;
  /** No download may take longer. */
  longestS: number;
}

/** Downloads under the fault and judges what came of it. Never rejects. */
export async function runCase(one: Case, { lab, ca, settings, longestS }: Conditions): Promise<Outcome> {
  const { stream }: Place = places[one.place];
  const session = randomUUID();
  const url = lab.url(stream, { ...shape, session, faults: one.faults, secure: one.over !== undefined });
  const http = one.over === 'HTTP/2' ? '2' : '1.1';
  const startMs = performance.now();
  const downloaded = await downloadTo(url, { resume: false, concurrency: 4, ca, http, ...settings });
  const seconds = (performance.now() - startMs) / 1000;
  const ending = await endingOf(downloaded.receipt, lab, one);
  const problems = [
    ...judge(one, ending, downloaded),
    ...(seconds > longestS ? [`it took ${seconds.toFixed(1)} s`] : []),
    ...(JSON.stringify([downloaded.receipt, downloaded.events]).includes(session) ? ['it tells a query value'] : []),
  ];
  const message = downloaded.receipt.error?.message ?? '';
  return { case: one, ending, message, requests: (await lab.requests(session)).length, seconds, problems };
}

async function endingOf({ state, error, output, renditions }: EngineReceipt, lab: Lab, one: Case): Promise<string> {
  if (error !== undefined) return error.code;
  if (state !== 'complete') return state;
  const digest = await lab.digest(places[one.place].stream, shape);
  const isRight =
    output?.sha256 === digest.sha256 &&
    (renditions ?? []).every(
      ({ language = '', output: { sha256 } }) => sha256 === digest.outputs?.audio[language]?.sha256,
    );
  return isRight ? 'correct' : 'wrong file';
}

function judge(one: Case, ending: string, { receipt, files }: Downloaded): string[] {
  const { resource, named, target }: Place = places[one.place];
  const wanted = one.endings.map((each) =>
    each === 'correct' || each === 'completeWithGaps' || each.startsWith('HLS_')
      ? each
      : `HLS_${resource.toUpperCase()}_${each}`,
  );
  const problems = wanted.includes(ending) ? [] : [`it ended as ${ending}, not as ${wanted.join(' or ')}`];
  const { error } = receipt;
  if (error === undefined) {
    const count = 1 + (receipt.renditions ?? []).length;
    if (files.length !== count || !files.includes('out.ts')) problems.push(`it left ${files.join(', ')}`);
    return problems;
  }
  if (receipt.state !== 'failed') problems.push(`it is ${receipt.state} with an error`);
  if (files.length > 0) problems.push(`it left ${files.join(', ')}`);
  if (!named.test(error.message)) problems.push(`the message does not name the ${one.place}: ${error.message}`);
  if (error.hint === '') problems.push('there is no hint');
  if (target.index !== undefined && error.fragment !== target.index) {
    problems.push(`the error is of fragment ${String(error.fragment)}, not ${target.index}`);
  }
  return problems;
}
