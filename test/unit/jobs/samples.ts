import type { Receipt, FragmentReceipt } from '../../../src/engine/receipt.ts';
import type { JobProfile, JobRequest } from '../../../src/jobs/record.ts';

/** A request as the shell stores it. */
export function sampleRequest(output: string): JobRequest {
  return {
    url: 'https://media.example/sintel/master.m3u8?token=…',
    output,
    variant: 'best',
    settings: { write: 'streaming', concurrency: 'auto', http: 'auto', profile: 'cpu', profileIntervalUs: 5000 },
  };
}

export function sampleReceipt(output: string): Receipt {
  return {
    schema: 1,
    state: 'complete',
    url: 'https://media.example/sintel/master.m3u8?token=…',
    variant: { bandwidth: 20_000_000, width: 3840, height: 2160 },
    output: { path: output, bytes: 1000 },
    fragments: { total: 2, fetched: 2, resumed: 0, gaps: 0, declaredGaps: 0, retries: 0, hedged: 0 },
    bytes: { payload: 1000, received: 1000 },
    wallMs: 120,
    settings: { write: 'streaming', http: '1.1', concurrency: 'auto', reads: 'undici' },
    counters: {
      cpuUserMs: 1,
      cpuSystemMs: 1,
      maxRssBytes: 1,
      arrayBuffersPeakBytes: 1,
      gcMs: 0,
      gcCount: 0,
      chunksPerFragment: 2,
      loopDelayP99Ms: 1,
    },
    profiles: [],
  };
}

export function sampleFragment(index: number): FragmentReceipt {
  return {
    stream: 'main',
    index,
    sequence: index + 10,
    url: `https://media.example/sintel/${index}.ts`,
    state: 'whole',
    status: 200,
    bytes: 500,
    received: 500,
    chunks: 2,
    tries: 1,
    queueMs: 1,
    firstByteMs: 2,
    bodyMs: 3,
    decryptMs: 0,
    writeMs: 1,
    offset: index * 500,
    checksum: 'crc32:00000000',
  };
}

export function sampleProfile(): JobProfile {
  return {
    kind: 'attached',
    file: 'native.folded',
    name: 'native.folded',
    attachedAt: '2026-01-02T03:04:05.000Z',
    format: 'folded',
    total: 100,
    unit: 'samples',
    gate: { literal: [], owned: ['syscall'] },
  };
}
