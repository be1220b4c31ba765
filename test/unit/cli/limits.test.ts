import assert from 'node:assert/strict';
import { parseArguments, usageErrorOf } from '../../../src/cli/arguments.ts';
import { limitHelp, limitOptions, limitParsing, readLimits } from '../../../src/cli/limits.ts';
import { UsageError } from '../../../src/engine/errors.ts';
import { defaultLimits, type Limits } from '../../../src/engine/request.ts';

const refuse = usageErrorOf('download');

function limitsOf(...args: string[]): Partial<Limits> {
  return readLimits(parseArguments(args, limitParsing, refuse).values, refuse);
}

const fields = Object.keys(defaultLimits) as (keyof Limits)[];

describe('limits on the command line', () => {
  it('are all there, each under a name of its own', () => {
    assert.deepEqual(Object.keys(limitOptions).sort(), [...fields].sort());
    assert.equal(new Set(Object.values(limitOptions).map(({ name }) => name)).size, fields.length);
  });

  for (const field of fields) {
    const { name, least, most } = limitOptions[field];

    it(`--${name} is explained, and its default in the help is the engine's`, () => {
      const line = limitHelp.split('\n').find((text) => text.startsWith(`  --${name} `));
      assert.ok(line);
      const stated = /\(default ([\d.]+)\)$/.exec(line)?.[1];
      assert.ok(stated, line);
      assert.deepEqual(limitsOf(`--${name}`, stated), { [field]: defaultLimits[field] });
      assert.ok(line.length <= 100, line);
    });

    it(`--${name} refuses what is no such number, and names itself`, () => {
      const wrong = ['', ' ', 'x', 'NaN', 'Infinity', '1e999', '-1', '0', String(most * 2), String(least / 2)];
      for (const text of wrong) {
        assert.throws(
          () => limitsOf(`--${name}=${text}`),
          (error: unknown) => {
            assert.ok(error instanceof UsageError, `"${text}" was taken: ${String(error)}`);
            assert.ok(error.message.startsWith(`--${name} takes `), error.message);
            assert.equal(error.exitCode, 2);
            return true;
          },
        );
      }
    });
  }

  it('come in the units of the engine', () => {
    const args = '--first-byte-timeout 1.5 --stall-timeout 0.0001e1 --min-rate 2 --max-playlist 0.5 --tries 3'.split(
      ' ',
    );
    assert.deepEqual(limitsOf(...args, '--bandwidth-margin', '2.5', '--assumed-bandwidth', '0.1'), {
      firstByteMs: 1500,
      stallMs: 1,
      minimumBytesPerSecond: 2048,
      playlistBytes: 524_288,
      tries: 3,
      bandwidthMargin: 2.5,
      undeclaredBandwidth: 100_000,
    });
  });

  it('leave the defaults to the engine, and tries whole', () => {
    assert.deepEqual(limitsOf(), {});
    assert.throws(() => limitsOf('--tries', '1.5'), {
      message: /--tries takes a whole number from 1 to 1000, not "1.5"/,
    });
  });
});
