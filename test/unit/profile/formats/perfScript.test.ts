import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PerfScriptReader } from '../../../../src/profile/formats/perfScript.ts';
import { mutated } from './mutations.ts';
import { assertProfileOrError, codeOf, fixture, readText, stacksOf, weightOf } from './readingText.ts';

const SAMPLE =
  'node 7/8 [001] 5060.123456: 1001001 cpu-clock:u: \n\t 7f3a malloc+0x1c (/lib/libc.so.6)\n\t 55d0 main (/bin/node)\n\n';

function sample(header: string, ...frames: string[]): string {
  return `${header}\n${frames.map((frame) => `\t${frame}\n`).join('')}\n`;
}

function frameOf(line: string): object | undefined {
  return readText(SAMPLE + sample('b 9 1.000000: 5 cpu-clock: ', line)).threads[1]?.tree.frames[0];
}

describe('reading perf script', () => {
  it('reads a recording by thread, the clock’s periods as time', () => {
    const profile = readText(fixture('threads.perf.txt'));
    assert.deepEqual([profile.format, profile.unit], ['perf-script', 'microseconds']);
    assert.deepEqual(
      profile.threads.map(({ name, samples }) => [name, samples]),
      [
        ['disk writer 1 (30671)', 4],
        ['work (30669)', 41],
      ],
    );
    assert.equal(weightOf(profile), (45 * 5_025_125) / 1000);
    assert.ok(stacksOf(profile).includes('__libc_start_call_main;main;checksum 206030.125'));
    const kernel = profile.threads[0]?.tree.frames.find(({ name }) => name === 'vfs_write');
    assert.deepEqual(kernel, { name: 'vfs_write', file: '[kernel.kallsyms]' });
    assert.equal(profile.threads[1]?.tree.frames[0]?.file, '/usr/lib/x86_64-linux-gnu/libc.so.6');
  });

  it('is the same read in pieces of any length', () => {
    const text = fixture('inlined.perf.txt');
    const whole = readText(text);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (length) => {
        const reader = new PerfScriptReader();
        for (let at = 0; at < text.length; at += length) reader.push(text.slice(at, at + length));
        assert.deepEqual(reader.end(), whole);
      }),
      { numRuns: 30 },
    );
  });

  it('shows the event nearest to time of several, and names the others', () => {
    const profile = readText(fixture('two-events.perf.txt'));
    assert.equal(weightOf(profile), 131_313.13);
    assert.ok(profile.lost.some((note) => /cpu-clock is shown, not page-faults \(9 samples\)/.test(note)));
    const others = sample('a 1 1.0: 7 cycles:u: ', '1 x (/b)') + sample('a 1 1.0: 9 faults: ', '1 y (/b)').repeat(3);
    assert.deepEqual(stacksOf(readText(others)), ['x 7']);
    const counted = sample('a 1 1.0: 7 misses: ', '1 x (/b)') + sample('a 1 1.0: 9 faults: ', '1 y (/b)').repeat(3);
    assert.deepEqual(stacksOf(readText(counted)), ['y 27']);
    assert.equal(readText(counted).unit, 'count');
  });

  it('puts inlined frames into the binary of their function', () => {
    const profile = readText(fixture('inlined.perf.txt'));
    assert.ok(stacksOf(profile).some((stack) => stack.includes(';checksum;mix ')));
    const mix = profile.threads[1]?.tree.frames.find(({ name }) => name === 'mix');
    assert.deepEqual(mix, { name: 'mix', file: '/src/work' });
    assert.ok(!profile.lost.some((note) => note.includes('inlined')));
    assert.ok(readText(SAMPLE).lost.some((note) => note.includes('inlined')));
  });

  it('reads samples without stacks, and stacks without samples’ lines', () => {
    assert.deepEqual(stacksOf(readText(fixture('flat.perf.txt'))), ['checksum 80808.08']);
    const alone = readText(fixture('frames-alone.perf.txt'));
    assert.deepEqual([alone.unit, weightOf(alone), alone.threads[0]?.name], ['samples', 45, 'all']);
    assert.ok(stacksOf(alone).includes('__libc_start_call_main;main;checksum 41'));
    // Without binaries the address tells the kernel.
    const file = alone.threads[0]?.tree.frames.find(({ name }) => name === 'vfs_write')?.file;
    assert.equal(file, '[kernel.kallsyms]');
  });

  it('counts idle processors as idle, and the interrupts that they serve as work', () => {
    const idle = readText(fixture('idle.perf.txt'));
    assert.deepEqual(stacksOf(idle), ['(idle) 61224.489']);
    const header = 'swapper     0 [000] 28482.650342: 1000 cpu-clock: ';
    const stack = ['1 net_rx_action', '2 sysvec_x', '3 asm_sysvec_x', '4 default_idle', '5 do_idle', '6 start'];
    assert.deepEqual(stacksOf(readText(sample(header, ...stack))), ['asm_sysvec_x;sysvec_x;net_rx_action 1']);
  });

  it('names code compiled at run time, whatever process its map is of', () => {
    const profile = readText(fixture('node.perf.txt'));
    const frames = profile.threads.flatMap(({ tree }) => tree.frames);
    const script = frames.find(({ name }) => name.startsWith("JS:*'busy"));
    assert.deepEqual(script, { name: "JS:*'busy file:///src/js.mjs:1:14", file: '[jit]' });
    assert.ok(frames.some(({ name }) => name.includes('(anonymous namespace)')));
  });

  const headers: [line: string, thread: string, weight: number][] = [
    ['disk writer 1 30669/30671 [003] K     28286.466317:    5025 cpu-clock: ', 'disk writer 1 (30671)', 5.025],
    ['disk writer 1 30671 cpu-clock: ', 'disk writer 1 (30671)', 1],
    ['work 30669   5025 cycles: ', 'work (30669)', 5025],
    ['30671 28286.466317: ', 'thread 30671', 1],
    ['work 30669 28286.471605:    5025125 ', 'work (30669)', 5_025_125],
    ['work 1 [001] 2.905009: syscalls:sys_enter_write: fd: 0x3, buf: 0x5', 'work (1)', 1],
    ['work 1 2.9: 3000 cpu_core/cycles/u: ', 'work (1)', 3000],
    [':-1 -1 2.905009123: 4 page-faults: ', ':-1 (-1)', 4],
    ['disk writer 1 ', 'disk writer 1', 1],
  ];
  for (const [line, thread, weight] of headers) {
    it(`reads the fields of "${line}"`, () => {
      const profile = readText(sample(line, `${'f'.padStart(16)} work (/a)`));
      assert.deepEqual([profile.threads[0]?.name, weightOf(profile)], [thread, weight]);
    });
  }

  const frames: [line: string, frame: object][] = [
    [
      '1 operator()(int, char (*)(int)) const+0x12 (/b (deleted))',
      { name: 'operator()(int, char (*)(int)) const', file: '/b' },
    ],
    ['1 f(std::map<int, x> (*)(y))', { name: 'f(std::map<int, x> (*)(y))' }],
    [
      '1 <[u8; 8] as core::fmt::Debug>::fmt+0x1 (/my app/b)',
      { name: '<[u8; 8] as core::fmt::Debug>::fmt', file: '/my app/b' },
    ],
    ['0 [unknown] ([unknown])', { name: '[unknown]' }],
    ['ffffffff8158a5d2 [unknown] ([unknown])', { name: '[unknown]', file: '[kernel.kallsyms]' }],
    ['ffffffffff600000 time', { name: 'time' }],
    ['7f [unknown] (/tmp/perf-12.map)', { name: '[unknown]', file: '[jit]' }],
    ['7f', { name: '[unknown]' }],
    ['ffffffffc0 nft_do_chain+0x9 ([nf_tables])', { name: 'nft_do_chain', file: '[nf_tables]' }],
  ];
  for (const [line, frame] of frames) {
    it(`reads the frame "${line}"`, () => assert.deepEqual(frameOf(line), frame));
  }

  it('says when the kernel was left out, and what perf lost', () => {
    const notes = readText(`${SAMPLE}node 7 1.000000: PERF_RECORD_LOST lost 12\n`).lost.join('; ');
    assert.match(notes, /kernel was left out/);
    assert.match(notes, /lost 12 events/);
    assert.ok(!readText(fixture('threads.perf.txt')).lost.join().includes('kernel was left out'));
  });

  it('skips the header of the file and source lines', () => {
    const text = `# ========\n# hostname : x\n# ========\n#\n${SAMPLE.replace('\t 55d0', '  main.c:12\n\t 55d0')}`;
    assert.deepEqual(stacksOf(readText(text)), ['main;malloc 1001.001']);
    assert.ok(readText(text).lost.some((note) => note.includes('source lines')));
  });

  it('leaves out a sample that was cut off, which would lack its outermost frames', () => {
    const profile = readText(`${SAMPLE}${SAMPLE.slice(0, -20)}`);
    assert.deepEqual(stacksOf(profile), ['main;malloc 1001.001']);
    assert.ok(profile.lost.some((note) => note.includes('middle of a sample')));
    assert.equal(codeOf(SAMPLE.slice(0, -20)), 'PROFILE_BROKEN');
  });

  it('leaves out weights that no recording has', () => {
    const huge = SAMPLE.replace('1001001', '9'.repeat(20));
    const profile = readText(huge + SAMPLE);
    assert.equal(weightOf(profile), 1001.001);
    assert.ok(profile.lost.some((note) => note.startsWith('1 samples have no period')));
    assert.equal(codeOf(huge), 'PROFILE_EMPTY');
  });

  it('refuses stacks and lines without end', () => {
    const frame = `\t${'1'.padStart(16)} f (/b)\n`;
    assert.equal(codeOf(SAMPLE.slice(0, -1) + frame.repeat(2 ** 20)), 'PROFILE_BROKEN');
    assert.equal(codeOf(SAMPLE + 'x'.repeat(2 ** 20 + 1)), 'PROFILE_BROKEN');
  });

  it('reads a stack 100,000 deep, and a hundred thousand threads', () => {
    const frames = Array.from({ length: 100_000 }, (_, index) => `1 f${index % 7} (/b)`);
    assert.equal(weightOf(readText(sample('a 1 1.0: 2 cycles: ', ...frames))), 2);
    const threads = Array.from({ length: 100_000 }, (_, index) => sample(`a ${index} 1.0: 2 cycles: `, '1 f (/b)'));
    const profile = readText(threads.join(''));
    assert.equal(weightOf(profile), 200_000);
    assert.ok(profile.threads.length <= 4097 && profile.lost.some((note) => note.includes('shown as one')));
  });

  it('is a profile or an error, at once, whatever happens to the file', () => {
    const files = ['inlined.perf.txt', 'flat.perf.txt', 'frames-alone.perf.txt'].map(fixture);
    fc.assert(fc.property(fc.oneof(...files.map(mutated)), assertProfileOrError), { numRuns: 300 });
  });
});
