import assert from 'node:assert/strict';
import path from 'node:path';
import { startLab, type Lab } from '../../../origin/lab.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

const names = ['../../x', '/etc/x', '..', 'CON', 'nul.ts', 'a\\b', 'x'.repeat(300), '語'.repeat(200), ' . ', 'a:b?c*d'];

describe('engine: names that the playlist chose', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  for (const text of names) {
    const shown = text.length > 20 ? `${text.slice(0, 3)}… (${text.length} characters)` : text;
    it(`"${shown}" is a file beside the main one`, async () => {
      const shape = { fragments: 2, fragmentBytes: 1 };
      const faults = [{ kind: 'rendition-name', path: '/index.m3u8', text } as const];
      const { receipt, files } = await downloadTo(lab.url('multivariant', { ...shape, faults }), {
        limits: shortLimits,
      });
      const { sha256, outputs } = await lab.digest('multivariant', shape);
      assert.equal(receipt.output?.sha256, sha256, receipt.error?.message);
      const [audio] = receipt.renditions ?? [];
      assert.ok(audio);
      assert.equal(audio.output.sha256, outputs?.audio['en']?.sha256);
      assert.equal(path.dirname(audio.output.path), path.dirname(receipt.output.path));
      const name = path.basename(audio.output.path);
      assert.deepEqual(files, [name, 'out.ts'].sort());
      assert.ok(Buffer.byteLength(name) <= 255 && !/[/\\:*?"<>|]|[. ]$/.test(name), name);
      assert.doesNotMatch(name.split('.')[0] ?? '', /^(?:con|prn|aux|nul|com\d|lpt\d)$/i);
    });
  }
});
