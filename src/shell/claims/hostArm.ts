import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ArmHost, HostEnd, HostOrder } from '../../evidence/arms/armHost.ts';
import { startHostUsage } from '../../evidence/measure/hostUsage.ts';
import type { EngineEnd, EngineThreads } from '../engineThread.ts';

/**
 * This extension host, as one that arms of claims run in: with the engine's threads that downloads have, and nothing of the settings.
 *
 * @param version of this extension
 */
export function extensionHost(engine: EngineThreads, version: string): ArmHost {
  return {
    describe: () =>
      Promise.resolve({
        application: `${vscode.env.appName} ${vscode.version}`,
        node: process.version,
        version,
        scripts: [engine.script, join(dirname(engine.script), 'muxWorker.cjs')],
      }),
    async download(order, signal) {
      const input = await inputOf(order);
      const { begun, running } = engine.counts;
      const stop = startHostUsage();
      try {
        const end = await engine.download(input, () => undefined, { signal });
        const usage = stop();
        const problem = running > 0 || engine.counts.begun > begun + 1 ? OTHERS : problemOf(end, order);
        return { usage, counters: { ...end.receipt.counters }, ...(problem === undefined ? {} : { problem }) };
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        return { usage: stop(), counters: {}, problem } satisfies HostEnd;
      }
    },
  };
}

/** What the host took cannot be told apart then. */
const OTHERS = 'the engine did something else in this window at the same time';

/** As the command line downloads for an arm. */
async function inputOf({
  url,
  out,
  caFile,
  engine,
  profile,
}: HostOrder): Promise<Parameters<EngineThreads['download']>[0]> {
  const ca = caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') };
  return {
    type: 'download',
    request: { url, output: out, resume: false, ...ca, ...engine },
    ...(profile === undefined ? {} : { profile }),
  };
}

function problemOf({ receipt, profileError }: EngineEnd, { profile }: HostOrder): string | undefined {
  const { state, error } = receipt;
  if (state !== 'complete') return error === undefined ? `it ended as ${state}` : `${error.code}: ${error.message}`;
  return profile === undefined ? undefined : profileError?.message;
}
