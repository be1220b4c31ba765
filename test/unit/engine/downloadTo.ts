import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { download } from '../../../src/engine/download.ts';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import type { EngineReceipt } from '../../../src/engine/receiptBook.ts';
import type { DownloadRequest } from '../../../src/engine/request.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

export interface Downloaded {
  receipt: EngineReceipt;
  events: DownloadEvent[];
  /** Names in the target's folder afterwards. */
  files: string[];
}

/** Downloads into an empty folder that is removed afterwards. The output is `out.ts`; the receipt has its SHA-256 and all fragments. */
export async function downloadTo(
  url: string,
  settings: Partial<DownloadRequest> = {},
  signal = new AbortController().signal,
  onEvent: (event: DownloadEvent) => void = () => undefined,
): Promise<Downloaded> {
  await using folder = await temporaryFolder();
  const events: DownloadEvent[] = [];
  const request = { url, output: path.join(folder.path, 'out.ts'), sha256: true, perFragment: true, ...settings };
  const receipt = await download(request, {
    signal,
    onEvent: (event) => {
      events.push(event);
      onEvent(event);
    },
  });
  return { receipt, events, files: (await readdir(folder.path)).sort() };
}
