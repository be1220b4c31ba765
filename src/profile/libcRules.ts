import type { Rule } from './rules.ts';

/** Functions of libc, the loader and the vDSO, at the leaf. */
export const LIBC_LEAF_RULES: readonly Rule[] = [
  { category: 'kernel', match: /^(?:\[vdso\]|__vdso_\w+|clock_gettime\S*)$/, example: 'main;__vdso_clock_gettime' },
  {
    category: 'runtime',
    match:
      /^(?:_dl_\w+|_start|_start_c|__libc_start_\w+|start_thread|(?:__)?clone3?|thread_start|do_lookup_x|check_match|strcmp_ifunc|dl_main|call_init\S*|__libc_csu_init|dlopen\S*|dlsym\S*|__tls_get_addr\S*|_init|_fini|__cxa_\w+|_Unwind_\w+|_dyld\w*)$/,
    example: '_start;_dl_relocate_object',
  },
  {
    category: 'wait',
    match:
      /^(?:__)?(?:pthread_(?:cond_\w*wait|mutex_(?:lock|unlock|trylock)|rwlock|join|cond_signal)\w*|lll_lock_w\w*|GI___lll_lock_w\w*|futex_\w+|psynch_\w+|ulock_\w+|semwait_signal\w*|kevent\w*|mach_msg\w*|NtWaitFor\w+|NtDelayExecution|sem_wait|sem_timedwait)(?:@.*)?$/,
    example: 'main;__psynch_cvwait',
  },
  {
    category: 'file-io',
    match:
      /^(?:_?_?(?:GI_)?_?IO_\w+|new_do_write|f(?:write|read|flush|open|close|puts|gets|printf)(?:_unlocked)?|vfprintf\w*|puts|NtWriteFile|NtReadFile)(?:@.*)?$/,
    example: 'main;_IO_new_file_xsputn',
  },
  {
    category: 'runtime',
    match:
      /^(?:v?s?n?printf\S*|__printf_\w+|__vfprintf_internal|__v?snprintf\w*|_itoa_word|strtol\w*|____strto\w+|qsort\w*|msort_with_tmp\S*|getenv|__errno_location|exit|__run_exit_handlers|abort|raise|sigaction|__restore_rt)(?:@.*)?$/,
    example: 'main;__vfprintf_internal',
  },
];

/** Helpers whose time belongs to whoever called them; these rules decide where no caller is known. */
export const HELPER_RULES: readonly Rule[] = [
  {
    category: 'runtime',
    match:
      /^(?:__(?:GI_)?)?(?:str(?:n?len|n?cmp|n?casecmp|r?chr|chrnul|n?cpy|str|n?cat|spn|cspn)|mem(?:cmp|r?chr|mem)|bcmp|rawmemchr)(?:_\w+)?(?:@.*)?$|^_platform_(?:str|memcmp|memchr)\w*/,
    example: '__strnlen_avx2',
  },
  {
    category: 'runtime',
    match:
      /^(?:[\w:<>,&* ()]+ )?(?:std::(?!(?:sys|io|fs|rt|panic|path|env|net|process|os|backtrace)::)|__gnu_cxx::|absl::|folly::)/,
    example: 'std::vector<int, std::allocator<int> >::push_back(int const&)',
  },
];
