import assert from 'node:assert/strict';
import { categoriseStack, originOf, type Category } from '../../../src/profile/categories.ts';
import { profileOf, stack } from './trees.ts';

const SYSCALL = 'entry_SYSCALL_64_after_hwframe_[k];do_syscall_64_[k]';
const FAULT = 'asm_exc_page_fault_[k];exc_page_fault_[k];do_user_addr_fault_[k];handle_mm_fault_[k]';

/** Stacks with the outermost frame first, the leaf last. */
const table: [what: string, stack: string, category: Category][] = [
  ['a page fault under a copy', `main;__memmove_avx512_unaligned_erms;${FAULT};clear_page_erms_[k]`, 'page-fault'],
  ['a page fault without marks', 'main;__memmove_avx_unaligned_erms;asm_exc_page_fault;clear_page_erms', 'page-fault'],
  ['a page fault of the collector', `v8::internal::Scavenger::Process();${FAULT};clear_page_erms_[k]`, 'gc'],
  ['a page fault on arm64', 'main;el0t_64_sync;el0_da;do_page_fault;clear_page', 'page-fault'],
  ['mmap', `main;__mmap;${SYSCALL};__x64_sys_mmap_[k];ksys_mmap_pgoff_[k];vma_merge_[k]`, 'memory-syscall'],
  ['munmap', `free;__munmap;${SYSCALL};__x64_sys_munmap_[k];unmap_page_range_[k]`, 'memory-syscall'],
  ['madvise', `x;${SYSCALL};__x64_sys_madvise_[k]`, 'memory-syscall'],
  [
    'write to a file',
    `main;__GI___libc_write;${SYSCALL};__x64_sys_write_[k];ksys_write_[k];vfs_write_[k];copy_folio_from_iter_atomic_[k]`,
    'file-io',
  ],
  [
    'write to a socket',
    `main;write;${SYSCALL};__x64_sys_write_[k];ksys_write_[k];sock_write_iter_[k];tcp_sendmsg_[k];_copy_from_iter_[k]`,
    'network',
  ],
  [
    'read from a socket',
    `uv__read;read;${SYSCALL};__x64_sys_read_[k];sock_read_iter_[k];tcp_recvmsg_[k];_copy_to_iter_[k]`,
    'network',
  ],
  [
    'a wake-up through an event file',
    `uv_async_send;write;${SYSCALL};__x64_sys_write_[k];eventfd_write_[k]`,
    'event-loop',
  ],
  ['sendto', `main;${SYSCALL};__x64_sys_sendto_[k];foo_[k]`, 'network'],
  ['pwrite on arm64', 'main;el0t_64_sync;el0_svc;invoke_syscall;__arm64_sys_pwrite64;ext4_write', 'file-io'],
  ['epoll_wait', `uv__io_poll;epoll_pwait;${SYSCALL};__x64_sys_epoll_pwait_[k];schedule_[k]`, 'wait'],
  ['futex', `x;${SYSCALL};__x64_sys_futex_[k]`, 'wait'],
  ['clone', `x;${SYSCALL};__x64_sys_clone3_[k]`, 'kernel'],
  ['a system call whose name is lost', `main;__libc_write;${SYSCALL}`, 'file-io'],
  ['an interrupt', 'main;foo;asm_sysvec_apic_timer_interrupt_[k]', 'kernel'],
  ['a kernel thread', 'kworker;ret_from_fork_[k];worker_thread_[k]', 'kernel'],
  ['an idle processor', 'swapper;cpu_startup_entry_[k];do_idle_[k];intel_idle_[k]', 'idle'],

  ['malloc', 'main;malloc', 'allocator'],
  ['malloc, versioned', 'main;cfree@GLIBC_2.2.5', 'allocator'],
  ['malloc, numbered', 'main;__libc_malloc2', 'allocator'],
  ['inside of malloc', 'main;_int_malloc', 'allocator'],
  ['an unnamed frame under malloc', 'main;malloc;[unknown]', 'allocator'],
  ['consolidation', 'main;malloc_consolidate', 'allocator'],
  ['jemalloc', 'main;_rjem_je_arena_malloc_hard', 'allocator'],
  ['mimalloc', 'main;_mi_page_malloc', 'allocator'],
  ['tcmalloc', 'main;tcmalloc::ThreadCache::Allocate', 'allocator'],
  ['PartitionAlloc', 'main;partition_alloc::PartitionRoot::Alloc', 'allocator'],
  ['operator new', 'main;operator new(unsigned long)', 'allocator'],
  ['operator delete, mangled', 'main;_ZdlPvm', 'allocator'],
  ['Rust’s allocator', 'main;__rust_alloc', 'allocator'],
  ['Rust’s allocator, newer', 'main;__rustc[1a2b3c]::__rust_dealloc', 'allocator'],
  ['Global', 'main;<alloc::alloc::Global as core::alloc::Allocator>::allocate', 'allocator'],
  [
    'a copy under a growing vector',
    'alloc::raw_vec::RawVecInner<A>::finish_grow;realloc;__memcpy_avx_unaligned',
    'allocator',
  ],
  ['Node’s buffers', 'node::NodeArrayBufferAllocator::Allocate(unsigned long);x', 'allocator'],
  ['V8’s heap', 'v8::internal::HeapAllocator::AllocateRawSlowPath', 'allocator'],
  ['Go', 'runtime.mallocgc', 'allocator'],
  ['a function that is only called like malloc', 'main;my_malloc_wrapper_stats', 'user'],
  ['freedom is no free', 'main;freedom', 'user'],

  ['typed arrays', 'JS:*f /a.js:1;Builtins_TypedArrayPrototypeSet;__memmove_avx_unaligned_erms', 'buffer'],
  ['a copy', 'main;work;__memcpy_avx512_unaligned_erms', 'copy'],
  ['a copy deep under an allocator that is no neighbour', 'malloc;a;b;c;d;e;f;__memset_avx2', 'copy'],
  [
    'a page fault of a snapshot that is read, which visits roots too',
    `v8::internal::Heap::IterateRoots();v8::internal::Deserializer::ReadData();${FAULT};clear_page_erms_[k]`,
    'page-fault',
  ],
  [
    'JavaScript whose callers say what it does',
    'JS:~semanticParse file:///x/a.js:1:1;JS:^unquote file:///x/a.js:2:1;JS:*trim file:///x/a.js:3:1',
    'playlist-parse',
  ],
  ['a function of a script that is called like libc’s', 'write;free /x/dist/a.cjs', 'user'],
  ['V8’s collector', 'node::Start;v8::internal::MarkCompactCollector::MarkLiveObjects();foo', 'gc'],
  [
    'a collection that buffers forced',
    'v8::internal::JSArrayBuffer::CreateExtension;v8::internal::Heap::HandleExternalMemoryInterrupt();x',
    'gc',
  ],
  ['Go’s collector', 'runtime.gcBgMarkWorker;runtime.scanobject', 'gc'],

  ['TLS over crypto', 'SSL_read;ssl3_read_bytes;EVP_Cipher;aesni_gcm_decrypt', 'tls'],
  ['crypto', 'node::crypto::CipherBase::Update;EVP_DecryptUpdate;aesni_cbc_encrypt', 'crypto'],
  ['rustls', 'main;rustls::conn::ConnectionCore::process_new_packets', 'tls'],
  ['ring', 'main;ring_core_0_17_14__aes_gcm_dec_update_vaes_avx2', 'crypto'],
  ['llhttp', 'node::(anonymous namespace)::Parser::OnStreamRead;llhttp__internal_execute', 'http-parse'],
  ['hyper', 'main;<hyper::proto::h1::conn::Conn<I,B,T> as core::fmt::Debug>::fmt', 'http-parse'],
  ['reqwest', 'main;reqwest::async_impl::response::Response::bytes', 'http-parse'],
  ['inflate', 'main;inflate_fast', 'compression'],
  ['getaddrinfo', 'main;getaddrinfo', 'dns'],

  ['libuv', 'node::SpinEventLoopInternal;uv_run', 'event-loop'],
  ['tokio', 'main;tokio::runtime::scheduler::current_thread::Context::park', 'event-loop'],
  ['bytes', 'main;bytes::bytes::shared_drop', 'rust-runtime'],
  ['a vector', 'main;<alloc::vec::Vec<T,A> as core::ops::Drop>::drop', 'rust-runtime'],
  ['V8', 'node::Start;v8::internal::Runtime_StackGuard', 'js-engine'],
  ['libc’s write', 'main;worker;pwrite64', 'file-io'],
  ['libc’s epoll_wait', 'main;worker;epoll_wait', 'wait'],
  ['a clock', 'main;__vdso_clock_gettime', 'kernel'],
  ['JavaScript of ours', 'node::Start;JS:*download /x/dist/worker.cjs:12:3', 'user'],
  ['JavaScript of Node', 'node::Start;LazyCompile:~writeSync node:fs:900', 'file-io'],
  ['a builtin under JavaScript', 'JS:^writeSync node:fs:900:1;Builtins_LoadIC', 'file-io'],
  ['a program’s own symbol', '_start;main;work', 'user'],
  ['no name', 'main;[unknown]', 'unknown'],
  ['a symbol that no rule knows', 'libmystery_entry;zq_step', 'unknown'],
  ['JavaScript without a script', 'JS:*f', 'unknown'],
  ['a comparison that the parser asked for', 'v8::internal::Parser::Next();__memcmp_evex_movbe', 'js-engine'],
  ['a sort that the program asked for', '_start;main;app::run();std::sort<int*>(int*, int*)', 'user'],
  ['the program’s namespace, deeper', '_start;main;app::run();std::sort<int*>(int*, int*);app::less(int, int)', 'user'],
  ['a crate by its main', 'std::rt::lang_start;fetcher::main;fetcher::playlist::parse_line', 'user'],
  ['Go’s read of a socket', 'net.(*conn).Read;internal/poll.(*FD).Read;syscall.read;syscall.Syscall6', 'network'],
  ['Go’s write of a file', 'os.(*File).Write;internal/poll.(*FD).Write;syscall.write;syscall.Syscall', 'file-io'],
  ['Go’s program', 'runtime.main;main.main;main.parse', 'user'],
];

describe('categories of native stacks', () => {
  for (const [what, text, category] of table) {
    it(`${what}: ${category}`, () => {
      const decision = categoriseStack(stack(text), 'native');
      assert.equal(decision.category, category, decision.pattern);
      assert.ok(decision.pattern.length > 0);
    });
  }

  it('names who touched the page', () => {
    const fault = stack(`main;operator new(unsigned long);__memset_avx2;${FAULT};clear_page_erms_[k]`);
    assert.match(categoriseStack(fault, 'native').pattern, /under allocator$/);
  });
});

describe('whose rules hold', () => {
  it('V8’s for its own profiles, also when folded', () => {
    assert.equal(originOf(profileOf([[['f'], 1]], 'cpuprofile')), 'v8');
    assert.equal(originOf(profileOf([[['(garbage collector)'], 1]], 'folded')), 'v8');
  });
  it('native ones for other folded stacks, also when exported as a CPU profile', () => {
    assert.equal(originOf(profileOf([[['main', 'malloc'], 1]], 'folded')), 'native');
    assert.equal(originOf(profileOf([[['__libc_start_main', 'malloc'], 1]], 'cpuprofile')), 'native');
  });
});
