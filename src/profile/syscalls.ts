import type { Category } from './categories.ts';

/** A kernel function named after a system call; the group is its name. */
export const SYSCALL_NAME =
  /^(?:__(?:x64|arm64|ia32|se|do)_(?:compat_)?sys_|ksys_|__sys_(?=send|recv|connect|accept|socket|shutdown))(\w+)$/;

const SETS: readonly { category: Category; names: RegExp }[] = [
  {
    category: 'memory-syscall',
    names: /^(?:mmap2?|mmap_pgoff|munmap|mremap|s?brk|madvise|process_madvise|mprotect|mlock|munlock)$/,
  },
  {
    category: 'wait',
    names:
      /^(?:epoll_p?wait2?|p?poll|p?select6?|futex\w*|nanosleep|clock_nanosleep|sched_yield|io_uring_enter|pause|wait4|waitid|pthread_cond_\w+)$/,
  },
  {
    category: 'network',
    names:
      /^(?:send|sendto|sendm?msg|recv|recvfrom|recvm?msg|connect|accept4?|socket|socketpair|shutdown|bind|listen|[gs]etsockopt|getsockname|getpeername)$/,
  },
  { category: 'event-loop', names: /^(?:epoll_ctl|epoll_create1?|eventfd2?|timerfd_\w+)$/ },
  {
    category: 'kernel',
    names:
      /^(?:clone3?|v?fork|execve(?:at)?|exit|exit_group|t?g?kill|rt_sig\w+|sigaltstack|getpid|gettid|getrusage|getrandom|prctl|arch_prctl|set_robust_list|rseq|sched_[gs]et\w+|clock_gettime|gettimeofday|times|membarrier|perf_event_open)$/,
  },
];

const FILE_NAMES =
  /^(?:read|write|readv|writev|pread(?:64)?|pwrite(?:64)?|p(?:read|write)v2?|open|openat2?|creat|close|fsync|fdatasync|f?truncate(?:64)?|fallocate|f?stat(?:64)?|lstat|newf?stat\w*|statx|lseek|rename(?:at2?)?|unlink(?:at)?|mkdir(?:at)?|rmdir|getdents(?:64)?|f?chmod|f?access(?:at)?|sendfile(?:64)?|splice|copy_file_range|fcntl|ioctl|dup[23]?|sync_file_range)$/;

/** Category of a system call by its name; what is in no other set works on files. */
export function syscallCategory(name: string): Category {
  return SETS.find(({ names }) => names.test(name))?.category ?? 'file-io';
}

/** Category of a name that is certainly a system call's, or undefined: for libc functions, whose names others share. */
export function knownSyscall(name: string): Category | undefined {
  return SETS.find(({ names }) => names.test(name))?.category ?? (FILE_NAMES.test(name) ? 'file-io' : undefined);
}
