import assert from 'node:assert/strict';
import { defaultLimits } from '../../../src/engine/request.ts';
import { limitSettings, readLimits } from '../../../src/shell/limitSettings.ts';

describe('limits as a person sets them', () => {
  const read = (values: Record<string, unknown>) => readLimits((name) => values[name]);

  it("are the engine's defaults where nothing is set", () => {
    assert.deepEqual(read({}), defaultLimits);
  });

  it('come in the units of the engine', () => {
    const limits = read({
      firstByteSeconds: 1.5,
      minimumKiBPerSecond: 2,
      tries: 3,
      playlistMiB: 1,
      bandwidthMargin: 2.5,
    });
    const expected = { firstByteMs: 1500, minimumBytesPerSecond: 2048, tries: 3, playlistBytes: 2 ** 20 };
    assert.deepEqual(limits, { ...defaultLimits, ...expected, bandwidthMargin: 2.5 });
  });

  it('stay within their bounds, whatever stands in settings.json', () => {
    for (const [limit, { name, scale, minimum, maximum }] of Object.entries(limitSettings)) {
      for (const [value, bound] of [
        [-1, minimum],
        [1e300, maximum],
        [Infinity, maximum],
      ] as const) {
        assert.equal(read({ [name]: value })[limit as keyof typeof defaultLimits], bound * scale, `${name} ${value}`);
      }
    }
  });

  it('ignore what is no number', () => {
    assert.deepEqual(read({ tries: '3', stallSeconds: null, fragmentMiB: NaN }), defaultLimits);
  });
});
