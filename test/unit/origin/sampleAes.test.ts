import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Lab } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { findBoxes } from '../../origin/content/boxes.ts';
import { all } from '../../origin/content/content.ts';
import { protectTransport } from '../../origin/content/protectedTransport.ts';
import { streamOf } from '../../origin/streams/catalogue.ts';
import { transportClip } from '../../origin/streams/clips.ts';
import { downloadNaively, get } from './client.ts';

const run = promisify(execFile);
const KEY = createHash('sha256').update('hotframe lab key 0').digest().subarray(0, 16);
const ROOM = { maxBuffer: 2 ** 26 };
const SHAPE = { fragments: 3, fragmentBytes: 30_000 };

describe('SAMPLE-AES of the lab', function () {
  this.timeout(60_000);
  let lab: Lab;
  let directory: string;
  before(async () => {
    lab = await startLab();
    directory = await mkdtemp(join(tmpdir(), 'lab-'));
  });
  after(async () => {
    await lab.close();
    await rm(directory, { recursive: true });
  });

  /** The right download, from the recipe. */
  function clearOf(stream: 'sample-aes-ts' | 'sample-aes-fmp4'): Buffer {
    const { parts } = streamOf(stream, SHAPE).best!;
    const [{ init }] = parts as [(typeof parts)[0]];
    return Buffer.concat([...(init === undefined ? [] : all(init)), ...parts.flatMap(({ media }) => [...all(media)])]);
  }

  /** What a decoder makes of it, frame by frame. */
  async function framesOf(...input: string[]): Promise<string> {
    const args = ['-v', 'error', '-xerror', ...input, '-map', '0', '-f', 'framemd5', '-'];
    const { stdout, stderr } = await run('ffmpeg', args, ROOM);
    assert.equal(stderr, '');
    return stdout;
  }

  before(async function () {
    try {
      await run('ffmpeg', ['-version']);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      console.log('      left out: there is no ffmpeg');
      this.skip();
    }
  });

  it('sample-aes-ts: a decoder that has the key sees what the lab says is right', async () => {
    const clear = clearOf('sample-aes-ts');
    const { sha256 } = await lab.digest('sample-aes-ts', SHAPE);
    assert.equal(createHash('sha256').update(clear).digest('hex'), sha256);
    const input = join(directory, 'clear.ts');
    await writeFile(input, clear);
    // At the end of the last fragment ffmpeg 5 passes on packets that it has not decrypted.
    const ofTwo = (frames: string): string[] => {
      const lines = frames.split('\n').filter((line) => /^[01],/.test(line));
      const [video, audio] = ['0', '1'].map((stream) => lines.filter((line) => line.startsWith(stream)));
      return [...video!.slice(0, 24), ...audio!.slice(0, 180)].map((line) => line.slice(line.lastIndexOf(' ')));
    };
    const right = ofTwo(await framesOf('-i', input));
    assert.equal(right.length, 24 + 180);
    const url = lab.url('sample-aes-ts', SHAPE);
    const { stdout } = await run('ffmpeg', ['-v', 'quiet', '-i', url, '-map', '0', '-f', 'framemd5', '-'], ROOM);
    assert.deepEqual(ofTwo(stdout), right);
    const encrypted = await downloadNaively(url, (text) => text.replace(/#EXT-X-KEY.*\n/, ''));
    assert.equal(encrypted.length, clear.length);
    await writeFile(input, encrypted);
    await assert.rejects(framesOf('-i', input));
  });

  it('sample-aes-fmp4: a decoder that has the key sees what the lab says is right', async () => {
    const clear = clearOf('sample-aes-fmp4');
    const { sha256, bytes } = await lab.digest('sample-aes-fmp4', SHAPE);
    assert.deepEqual([createHash('sha256').update(clear).digest('hex'), clear.length], [sha256, bytes]);
    const { parts } = streamOf('sample-aes-fmp4', SHAPE).best!;
    const at = (path: string): string => lab.url('sample-aes-fmp4', SHAPE).replace('index.m3u8', path);
    const [clearFile, encryptedFile] = [join(directory, 'clear.mp4'), join(directory, 'encrypted.mp4')];
    // One at a time: of several fragments ffmpeg 5 decrypts the first alone.
    for (const { path, media, init } of parts) {
      await writeFile(clearFile, Buffer.concat([...all(init!), ...all(media)]));
      await writeFile(encryptedFile, Buffer.concat([(await get(at('init.mp4'))).body, (await get(at(path))).body]));
      const right = await framesOf('-i', clearFile);
      assert.ok(right.split('\n').length > 100);
      assert.equal(await framesOf('-decryption_key', KEY.toString('hex'), '-i', encryptedFile), right);
      const wrong = await framesOf('-decryption_key', '00'.repeat(16), '-i', encryptedFile).catch(() => 'nothing');
      assert.notEqual(wrong, right);
    }
  });

  it('sample-aes-fmp4: says in its boxes what is encrypted', async () => {
    const of = async (path: string): Promise<Buffer> =>
      (await get(lab.url('sample-aes-fmp4', SHAPE).replace('index.m3u8', path))).body;
    const init = await of('init.mp4');
    assert.equal(findBoxes(init, 'moov/trak/mdia/minf/stbl/stsd').length, 2);
    for (const name of ['encv', 'enca', 'frma', 'schm', 'tenc']) assert.ok(init.includes(name), name);
    const fragment = await of('f000001.m4s');
    const types = findBoxes(fragment, 'moof/traf/senc').map(({ end, start }) => end > start);
    assert.deepEqual(types, [true]);
  });

  it('refuses a clip whose slices would become longer', () => {
    assert.throws(() => protectTransport(transportClip('2160p-av').bytes, KEY, KEY), /finds no room/);
  });
});
