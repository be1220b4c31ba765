import assert from 'node:assert/strict';
import { PaceMeter, PeerBook } from '../../../../src/engine/transport/hedgePace.ts';
import { HeldBytes } from '../../../../src/engine/transport/heldBytes.ts';

describe('engine/transport: the pace of bodies', () => {
  it('is known after a while, is that of the last second, and is never none', () => {
    const pace = new PaceMeter();
    pace.see(0, 1000);
    pace.see(99, 2000);
    assert.equal(pace.bytesPerSecond(100), undefined);
    pace.see(100, 2000);
    assert.equal(pace.bytesPerSecond(100), 10_000);
    for (let ms = 200; ms <= 3000; ms += 100) pace.see(ms, 2000 + (ms - 100) * 2);
    assert.equal(pace.bytesPerSecond(100), 2000);
    for (let ms = 3100; ms <= 5000; ms += 100) pace.see(ms, 8000);
    assert.equal(pace.bytesPerSecond(100), 1);
    pace.forget();
    assert.equal(pace.bytesPerSecond(0), undefined);
  });

  const finished = (endMs: number, bytes: number) => ({ endMs, firstByteMs: 10, bodyMs: 100, bytes });

  it('of others is the middle one of those that ended lately and those that run', () => {
    const book = new PeerBook();
    for (const bytes of [100, 200, 900]) book.finished(finished(0, bytes));
    const running = [{ firstByteMs: 30, bytesPerSecond: 100_000 }];
    assert.deepEqual(book.peers(50, running), {
      paces: 4,
      answers: 4,
      firstByteMs: 10,
      bytesPerSecond: 2000,
      bodyBytes: 200,
    });
    assert.deepEqual(new PeerBook().peers(0, []), {
      paces: 0,
      answers: 0,
      firstByteMs: 0,
      bytesPerSecond: 0,
      bodyBytes: 0,
    });
  });

  it('of others is no faster than that of those that run: all may have become slow', () => {
    const book = new PeerBook();
    for (let count = 0; count < 9; count++) book.finished(finished(0, 100_000));
    const running = [10, 20, 30].map((bytesPerSecond) => ({ firstByteMs: 1, bytesPerSecond }));
    assert.equal(book.peers(0, running).bytesPerSecond, 20);
    assert.equal(book.peers(0, running.slice(0, 1)).bytesPerSecond, 1_000_000);
  });

  it('of long ago counts only where there is nothing newer', () => {
    const book = new PeerBook();
    for (let count = 0; count < 20; count++) book.finished(finished(0, 100));
    assert.equal(book.peers(2999, []).paces, 20);
    assert.equal(book.peers(60_000, []).paces, 8);
  });
});

describe('engine/transport: bytes that wait to be compared', () => {
  it('are copies, and are taken away piece by piece', () => {
    const held = new HeldBytes(100);
    const chunk = Buffer.from('abcdef');
    held.push(chunk);
    chunk.fill(0);
    held.push(Buffer.from('ghi'));
    assert.deepEqual([held.start, held.end, held.bytes], [100, 109, 9]);
    assert.ok(held.takeSame(Buffer.from('ab'), 100));
    assert.ok(held.takeSame(Buffer.from('cdefg'), 102));
    assert.deepEqual([held.start, held.bytes], [107, 2]);
    assert.equal(Buffer.concat(held.pieces()).toString(), 'hi');
    assert.ok(!held.takeSame(Buffer.from('hX'), 107));
  });

  it('are compared with what stands at their place alone', () => {
    const held = new HeldBytes(3);
    held.push(Buffer.from('def'));
    assert.ok(held.takeSame(Buffer.from('XXX'), 0));
    assert.ok(held.takeSame(Buffer.from('XXXd'), 0));
    assert.ok(held.takeSame(Buffer.from('efYY'), 4));
    assert.equal(held.bytes, 0);
  });
});
