import assert from 'node:assert/strict';
import { formatPlace, formatShare, formatWeight, shorten } from '../../../src/webview/format.ts';

/** Spaces that do not break, as ordinary ones. */
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('format', () => {
  it('gives weights a unit that fits their size', () => {
    assert.equal(plain(formatWeight(0, 'microseconds')), '0 µs');
    assert.equal(plain(formatWeight(7, 'microseconds')), '7.00 µs');
    assert.equal(plain(formatWeight(999.9, 'microseconds')), '1.00 ms');
    assert.equal(plain(formatWeight(45_600, 'microseconds')), '45.6 ms');
    assert.equal(plain(formatWeight(999_700, 'microseconds')), '1.00 s');
    assert.equal(plain(formatWeight(4_123_456_000, 'microseconds')), '4,123 s');
    assert.equal(plain(formatWeight(512, 'bytes')), '512 B');
    assert.equal(plain(formatWeight(5_400_000, 'bytes')), '5.40 MB');
    assert.equal(formatWeight(1, 'samples'), '1 sample');
    assert.equal(formatWeight(1234, 'samples'), '1,234 samples');
    assert.equal(formatWeight(2.5, 'count'), '2.50');
  });

  it('says of what is little that it is not nothing', () => {
    assert.equal(plain(formatShare(0, 10)), '0 %');
    assert.equal(plain(formatShare(1, 100_000)), '<0.1 %');
    assert.equal(plain(formatShare(1, 3)), '33.3 %');
    assert.equal(plain(formatShare(3, 3)), '100 %');
    assert.equal(plain(formatShare(1, 0)), '0 %');
  });

  it('shortens places and names', () => {
    assert.equal(formatPlace('file:///home/me/app/src/main.js', 12), 'src/main.js:12');
    assert.equal(formatPlace('C:\\app\\src\\main.js', undefined), 'src/main.js');
    assert.equal(formatPlace('file:///C:/app/src/main.js', 12), 'src/main.js:12');
    assert.equal(formatPlace('\\\\server\\share\\src\\main.js', 1), 'src/main.js:1');
    assert.equal(formatPlace('node:fs', 3), 'node:fs:3');
    assert.equal(formatPlace(undefined, 3), '');
    assert.equal(shorten('abcdefghij', 7), 'abc…hij');
    assert.equal(shorten('abc', 3), 'abc');
  });
});
