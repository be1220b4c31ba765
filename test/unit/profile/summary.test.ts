import assert from 'node:assert/strict';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { summarise } from '../../../src/profile/summary.ts';
import { amount, formatGate, formatHotFrames } from '../../../src/profile/table.ts';

// What perf and a collapser make of a downloader that buffers whole fragments and a Rust client beside it.
const SAMPLE = `# perf script | stackcollapse-perf.pl --kernel
node;_start;__libc_start_main_impl;node::Start;uv_run;uv__read;node::LibuvStreamWrap::OnUvRead;JS:*onStreamRead node:internal/stream_base_commons:165:22;JS:*chunksConcat /app/dist/worker.cjs:10:1;Builtins_TypedArrayPrototypeSet;__memmove_avx512_unaligned_erms;asm_exc_page_fault_[k];exc_page_fault_[k];do_user_addr_fault_[k];handle_mm_fault_[k];clear_page_erms_[k] 240
node;_start;node::Start;uv_run;uv__read;__libc_read;entry_SYSCALL_64_after_hwframe_[k];do_syscall_64_[k];__x64_sys_read_[k];ksys_read_[k];sock_read_iter_[k];tcp_recvmsg_[k];_copy_to_iter_[k] 110
node;_start;node::Start;JS:*download /app/dist/worker.cjs:99:1;aesni_cbc_encrypt 90
client;_start;main;client::download;<alloc::vec::Vec<T,A> as core::iter::Extend>::extend;alloc::raw_vec::RawVecInner<A>::finish_grow;__GI___libc_realloc;_int_realloc 60
client;_start;main;client::download;core::slice::<[u8; 8]>::fill 40
client;_start;main;tokio::runtime::park;epoll_wait;entry_SYSCALL_64_after_hwframe_[k];do_syscall_64_[k];__x64_sys_epoll_wait_[k];schedule_[k] 30
`;

describe('summarise', () => {
  const summary = summarise(readProfile(Buffer.from(SAMPLE), 'perf.folded'));

  it('has the fields that the command line promises', () => {
    assert.deepEqual(Object.keys(summary), [
      'schema',
      'format',
      'unit',
      'threads',
      'samples',
      'total',
      'idle',
      'hotFrames',
      'categories',
      'gate',
      'lost',
    ]);
    assert.deepEqual(
      [summary.schema, summary.format, summary.unit, summary.samples, summary.total, summary.idle, summary.threads],
      [1, 'folded', 'count', 6, 570, 0, [{ name: 'all', total: 570 }]].with(2, 'samples'),
    );
  });

  it('owns page faults and system calls that the symbols hide', () => {
    assert.deepEqual(
      summary.hotFrames.map(({ name, self, category }) => [name, self, category]),
      [
        ['clear_page_erms', 240, 'page-fault'],
        ['_copy_to_iter', 110, 'network'],
        ['aesni_cbc_encrypt', 90, 'crypto'],
        ['_int_realloc', 60, 'allocator'],
        ['core::slice::<[u8; 8]>::fill', 40, 'rust-runtime'],
        ['schedule', 30, 'wait'],
      ],
    );
    assert.deepEqual(summary.gate.literal.frames, ['_int_realloc']);
    assert.deepEqual(summary.gate.owned.categories, ['page-fault', 'network', 'allocator']);
    assert.equal(summary.gate.owned.share, 410 / 570);
  });

  it('lists as many frames as asked', () => {
    const short = summarise(readProfile(Buffer.from(SAMPLE), 'x'), { top: 2 });
    assert.equal(short.hotFrames.length, 2);
    assert.equal(short.gate.top, 2);
    assert.equal(short.gate.literal.hit, false);
  });

  it('is a table for people', () => {
    const text = formatHotFrames(summary);
    assert.match(text, /^ *# +self +total +category +name +file$/m);
    assert.match(text, /^ *1 +42\.1 % +42\.1 % +page-fault +clear_page_erms/m);
    assert.match(text, /Gate, literal: yes: .*_int_realloc is allocator by name \(_int_realloc #4 10\.5 %\)\./);
    assert.match(
      text,
      /Gate, owned: yes: .*page-fault, network and allocator stand in the top 10 \(allocator and syscall\); the suspects own 71\.9 %/,
    );
    assert.match(text, /^Note: /m);
  });

  it('says no in words, too', () => {
    const calm = summarise(readProfile(Buffer.from('_start;main;work 10\n'), 'x'));
    assert.deepEqual(
      formatGate(calm.gate).map((sentence) => sentence.includes(': no: ')),
      [true, true],
    );
  });

  it('gives weights their unit', () => {
    assert.deepEqual(
      [
        amount(1_500_000, 'microseconds'),
        amount(1500, 'microseconds'),
        amount(2 ** 20, 'bytes'),
        amount(3, 'samples'),
        amount(1.5, 'count'),
      ],
      ['1.50 s', '1.5 ms', '1.0 MiB', '3 samples', '1.5 counts'],
    );
  });
});
