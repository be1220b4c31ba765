import { readdir, readFile } from 'node:fs/promises';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { findReach } from '../../../../src/profile/record/perf.ts';

/** Why kernel stacks cannot be recorded on this machine, or nothing. */
export async function whyNoKernelStacks(): Promise<string | undefined> {
  try {
    return (await findReach()) === 'user' ? 'perf may sample user space only' : undefined;
  } catch (error) {
    if (error instanceof ProfileError) return error.message;
    throw error;
  }
}

/** Skips a test, or those of a suite, with the reason told, where kernel stacks cannot be recorded. */
export async function needKernelStacks(context: Mocha.Context): Promise<void> {
  const reason = await whyNoKernelStacks();
  if (reason === undefined) return;
  console.log(`      skipped: ${reason}`);
  context.skip();
}

/** Ids of the processes of perf that sample a process. */
export async function findSamplers(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.startsWith('perf\0record\0') && line.includes(`\0-p\0${pid}\0`)) found.push(Number(name));
  }
  return found;
}

/** Resolves once nothing samples a process any more; a test that waits for ever has found a sampler that stayed. */
export async function samplersGone(pid: number): Promise<void> {
  while ((await findSamplers(pid)).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}
