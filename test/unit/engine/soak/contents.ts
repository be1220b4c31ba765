import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { all } from '../../../origin/content/content.ts';
import { formatLive } from '../../../origin/live/settings.ts';
import { streamOf } from '../../../origin/streams/catalogue.ts';
import { fragmentBytes, type Broadcast } from './broadcast.ts';
import type { Told } from './ledger.ts';

/** The file is what is told to be whole, one fragment behind the other, each byte for byte what was broadcast, and no more. */
export async function checkContents(
  { fragments, settings }: Broadcast,
  told: readonly Told[],
  file: string,
): Promise<void> {
  const query = new URLSearchParams(formatLive({ ...settings, audio: true }));
  const { variants } = streamOf('live-window', { fragments, fragmentBytes }).tracksOf?.(query) ?? assert.fail();
  const media = new Map(variants['video']?.parts.map((part) => [part.index, part.media]));
  await using output = await open(file);
  let offset = 0;
  for (const { place, receipt } of told) {
    if (receipt.state !== 'whole') continue;
    const right = Buffer.concat([...all(media.get(place) ?? assert.fail(`fragment ${place} was not broadcast`))]);
    const { buffer, bytesRead } = await output.read(Buffer.alloc(right.length), 0, right.length, offset);
    assert.ok(bytesRead === right.length && buffer.equals(right), `fragment ${place} at byte ${offset}`);
    assert.equal(receipt.bytes, right.length);
    offset += right.length;
  }
  assert.equal((await output.stat()).size, offset);
}
