// Asks its parent for an extension host, as a process that tests a claim does, and tells what came of it.
import { parentHost } from '../../../../src/evidence/arms/parentHost.ts';

const [out = '', cancelAfterMs, answerMs] = process.argv.slice(2);
const host = parentHost(process, answerMs === undefined ? undefined : Number(answerMs));
const facts = await host?.describe().catch((error: unknown) => String(error));
process.send?.({ type: 'described', facts });
const signal = cancelAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(Number(cancelAfterMs));
const end = await host
  ?.download({ url: 'http://127.0.0.1/x.m3u8', out, engine: { write: 'buffered' } }, signal)
  .catch((error: unknown) => String(error));
process.send?.({ type: 'ended', end });
