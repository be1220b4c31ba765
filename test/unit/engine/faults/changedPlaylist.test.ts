import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { download } from '../../../../src/engine/download.ts';
import type { DownloadEvent } from '../../../../src/engine/events.ts';
import { startLab, type Fault, type Lab } from '../../../origin/lab.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

/** From the second reading of the playlist on; what was kept fits the new one where the change is behind it. */
const changes: { change: Omit<Fault, 'path' | 'after'>; isBehind: boolean }[] = [
  { change: { kind: 'playlist-drops', at: 3 }, isBehind: false },
  { change: { kind: 'playlist-drops', at: 20 }, isBehind: true },
  { change: { kind: 'playlist-inserts', at: 3 }, isBehind: false },
  { change: { kind: 'playlist-inserts', at: 20 }, isBehind: true },
  { change: { kind: 'playlist-durations' }, isBehind: false },
  { change: { kind: 'playlist-reorder' }, isBehind: false },
];

describe('engine: going on when the playlist has changed in between', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  for (const { change, isBehind } of changes) {
    it(`${change.kind}${change.at === undefined ? '' : ` ${change.at}`} ends in the file of today`, async () => {
      await using folder = await temporaryFolder();
      const faults: Fault[] = [
        { ...change, path: '/index.m3u8', after: 1 },
        { kind: 'status', status: 404, path: 'f000010.ts', times: 1 },
      ];
      const url = lab.url('small', { session: randomUUID(), faults });
      const bring = async () => {
        const events: DownloadEvent[] = [];
        const request = {
          url,
          output: path.join(folder.path, 'out.ts'),
          sha256: true,
          limits: shortLimits,
          concurrency: 2,
        };
        const hooks = { signal: new AbortController().signal, onEvent: (event: DownloadEvent) => events.push(event) };
        return { receipt: await download(request, hooks), events };
      };
      const first = await bring();
      assert.equal(first.receipt.error?.code, 'HLS_FRAGMENT_STATUS');
      assert.ok((first.receipt.kept?.fragments ?? 0) > 0);
      const second = await bring();
      assert.equal(second.receipt.state, 'complete', second.receipt.error?.message);
      const today = await downloadTo(url, { limits: shortLimits });
      assert.equal(second.receipt.output?.sha256, today.receipt.output?.sha256);
      assert.deepEqual(await readdir(folder.path), ['out.ts']);
      const resumed = second.events.find((event) => event.type === 'resumed');
      assert.ok(resumed);
      assert.ok(isBehind ? resumed.fragments > 0 : resumed.isChanged, JSON.stringify(resumed));
    });
  }
});
