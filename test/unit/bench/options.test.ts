import assert from 'node:assert/strict';
import { planInstall } from '../../bench/install.ts';
import { parseOptions } from '../../bench/options.ts';
import { findVersion, peers, sweepPeers, versionPeers } from '../../bench/peers.ts';
import { scenarios } from '../../bench/scenarios.ts';

describe('bench options', () => {
  it('runs the first three scenarios in three rounds unless told otherwise', () => {
    assert.deepEqual(parseOptions([]), { scenarios: ['60', '600', 'tiny'], full: false, rounds: 3, json: false });
  });

  it('takes names with commas and by repetition, in the order of the table', () => {
    const options = parseOptions([
      '--scenario',
      'tls,60',
      '--scenario',
      'shaped',
      '--only',
      'curl, hotframe',
      '--rounds',
      '7',
    ]);
    assert.deepEqual(options.scenarios, ['60', 'shaped', 'tls']);
    assert.deepEqual(options.only, ['hotframe', 'curl']);
    assert.equal(options.rounds, 7);
  });

  it('sweeps over fixed numbers at once, the usual ones or those given', () => {
    assert.deepEqual(parseOptions(['--sweep']).sweep, [1, 2, 4, 8, 16, 32]);
    const { sweep = [] } = parseOptions(['--sweep', '--widths', '4,16']);
    assert.deepEqual(sweep, [4, 16]);
    const programs = sweepPeers(sweep);
    assert.deepEqual(
      programs.map(({ title, kind }) => [title, kind]),
      [
        ['auto', 'self'],
        ['4 at once', 'fixed'],
        ['16 at once', 'fixed'],
      ],
    );
    const job = { url: 'u', folder: 'f', output: 'o', bareUndiciPath: 'b' };
    assert.deepEqual(
      programs.map(({ command }) => command(job).slice(-2)),
      [
        ['--concurrency', 'auto'],
        ['--concurrency', '4'],
        ['--concurrency', '16'],
      ],
    );
  });

  it('compares versions of HTTP, HTTP/2 against the others', () => {
    const programs = versionPeers();
    const job = { url: 'u', folder: 'f', output: 'o', bareUndiciPath: 'b' };
    assert.deepEqual(
      programs.map(({ name, kind, command }) => [name, kind, command(job).slice(-2)]),
      [
        ['hotframe', 'self', ['--http', '2']],
        ['http1', 'transfer', ['--http', '1.1']],
        ['auto', 'transfer', ['--http', 'auto']],
      ],
    );
  });

  for (const [args, message] of [
    [['--sweep', '--widths', '4,x'], /--widths takes a whole number from 1, not "x"/],
    [['--scenario', '61'], /no scenario is called "61"; there are 60,/],
    [['--only', 'wget'], /no program is called "wget"; there are hotframe,/],
    [['--rounds', '0'], /--rounds takes a whole number from 1, not "0"/],
    [['--rounds', '1e3'], /--rounds/],
    [['--fast'], /--fast/],
    [['60'], /60/],
  ] as const) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => parseOptions(args), message);
    });
  }

  it('names no program that is not there', () => {
    const names = peers.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const named = scenarios.flatMap(({ programs }) => (programs === 'versions' ? [] : (programs ?? [])));
    for (const name of named) assert.ok(names.includes(name), name);
  });
});

describe('bench installation', () => {
  it('installs as root in a script, asks in a terminal, and tells everybody else', () => {
    assert.equal(planInstall({ hasApt: true, isRoot: true, isTerminal: false }), 'install');
    assert.equal(planInstall({ hasApt: true, isRoot: true, isTerminal: true }), 'ask');
    assert.equal(planInstall({ hasApt: true, isRoot: false, isTerminal: true }), 'tell');
    assert.equal(planInstall({ hasApt: false, isRoot: true, isTerminal: false }), 'tell');
  });

  for (const [text, version] of [
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026', '5.1.9-0+deb12u1'],
    ['curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1', '7.88.1'],
    ['aria2 version 1.36.0\nmore', '1.36.0'],
    ['2023.03.04\n', '2023.03.04'],
    ['streamlink 5.2.1', '5.2.1'],
    ['build 7\nmore', 'build 7'],
  ] as const) {
    it(`reads ${version} out of ${JSON.stringify(text)}`, () => {
      assert.equal(findVersion(text), version);
    });
  }
});
