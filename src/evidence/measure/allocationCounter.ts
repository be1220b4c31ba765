import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SIZE_CLASSES } from '../allocations.ts';
import { EvidenceError } from '../errors.ts';

/** Names the file that processes tell their allocations in. */
export const TELL_IN = 'HOTFRAME_ALLOCATIONS';

/**
 * Counts the allocations of the process that it is loaded into, and appends them at its end to the file that the environment names, as a line
 * of JSON. It stands before the allocator that the process has anyway, and passes every call on to it.
 *
 * In C, and built where it is used, because only a library that is loaded first sees the allocations of any program; glibc's own
 * libmemusage.so changes what `malloc_usable_size` answers, which V8 relies on, so that Node doesn't survive it.
 */
const SOURCE = String.raw`
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MALLOC, CALLOC, REALLOC, ALIGNED, FUNCTIONS };
static const size_t classes[] = { ${SIZE_CLASSES.join(', ')} };
enum { CLASSES = sizeof classes / sizeof *classes };

static struct {
  uint64_t calls[FUNCTIONS], freed, moved, bytes, sizes[CLASSES];
  int64_t live, peak;
} counted;

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static void *(*next_memalign)(size_t, size_t);
static int (*next_posix_memalign)(void **, size_t, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);

/* For what looking for the next allocator allocates itself. */
static _Alignas(16) char early[1 << 16];
static size_t early_used;
static int is_resolving, is_ready;

static void *take_early(size_t size) {
  size_t at = (early_used + 15) & ~(size_t)15;
  if (size > sizeof early - at) abort();
  early_used = at + size;
  return early + at;
}

static int is_early(const void *block) {
  return (const char *)block >= early && (const char *)block < early + sizeof early;
}

static void resolve(void) {
  is_resolving = 1;
  next_malloc = dlsym(RTLD_NEXT, "malloc");
  next_calloc = dlsym(RTLD_NEXT, "calloc");
  next_realloc = dlsym(RTLD_NEXT, "realloc");
  next_free = dlsym(RTLD_NEXT, "free");
  next_memalign = dlsym(RTLD_NEXT, "memalign");
  next_posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
  next_aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
  is_resolving = 0;
  is_ready = 1;
}

/* Whether the call has to do without the next allocator. */
static int is_too_early(void) {
  if (is_ready) return 0;
  if (is_resolving) return 1;
  resolve();
  return 0;
}

static void add(uint64_t *to, uint64_t by) { __atomic_fetch_add(to, by, __ATOMIC_RELAXED); }

static void grow(int64_t by) {
  int64_t now = __atomic_add_fetch(&counted.live, by, __ATOMIC_RELAXED);
  int64_t seen = __atomic_load_n(&counted.peak, __ATOMIC_RELAXED);
  while (now > seen && !__atomic_compare_exchange_n(&counted.peak, &seen, now, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
}

static int64_t size_of(void *block) { return block == NULL || is_early(block) ? 0 : (int64_t)malloc_usable_size(block); }

static void *count(int function, size_t size, void *block, int64_t before) {
  add(&counted.calls[function], 1);
  if (block == NULL) return NULL;
  int class = CLASSES - 1;
  while (size < classes[class]) class--;
  add(&counted.sizes[class], 1);
  add(&counted.bytes, size);
  grow(size_of(block) - before);
  return block;
}

void *malloc(size_t size) {
  if (is_too_early()) return take_early(size);
  return count(MALLOC, size, next_malloc(size), 0);
}

void *calloc(size_t number, size_t size) {
  if (is_too_early()) return take_early(number * size);
  return count(CALLOC, number * size, next_calloc(number, size), 0);
}

void *realloc(void *old, size_t size) {
  if (is_too_early() || is_early(old)) {
    void *block = malloc(size);
    /* What lies behind an early block is early, too. */
    if (old != NULL && block != NULL) {
      size_t most = (size_t)(early + sizeof early - (char *)old);
      memcpy(block, old, size < most ? size : most);
    }
    return block;
  }
  int64_t before = size_of(old);
  uintptr_t place = (uintptr_t)old;
  void *block = next_realloc(old, size);
  count(REALLOC, size, block, before);
  if (block == NULL && size == 0) grow(-before);
  if (block != NULL && place != 0 && (uintptr_t)block != place) add(&counted.moved, 1);
  return block;
}

void *reallocarray(void *old, size_t number, size_t size) {
  size_t bytes;
  if (!__builtin_mul_overflow(number, size, &bytes)) return realloc(old, bytes);
  errno = ENOMEM;
  return NULL;
}

void free(void *block) {
  if (block == NULL || is_early(block)) return;
  if (is_too_early()) return;
  add(&counted.freed, 1);
  grow(-size_of(block));
  next_free(block);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (is_too_early()) return ENOMEM;
  int error = next_posix_memalign(block, alignment, size);
  count(ALIGNED, size, error == 0 ? *block : NULL, 0);
  return error;
}

void *aligned_alloc(size_t alignment, size_t size) {
  return is_too_early() ? NULL : count(ALIGNED, size, next_aligned_alloc(alignment, size), 0);
}

void *memalign(size_t alignment, size_t size) {
  return is_too_early() ? NULL : count(ALIGNED, size, next_memalign(alignment, size), 0);
}

static char file_name[4096];

/* A child that begins as a copy has its parent's counts, which its parent tells. */
static void begin_again(void) { memset(&counted, 0, sizeof counted); }

__attribute__((constructor)) static void begin(void) {
  const char *name = getenv("${TELL_IN}");
  if (name != NULL && strlen(name) < sizeof file_name) strcpy(file_name, name);
  pthread_atfork(NULL, NULL, begin_again);
}

__attribute__((destructor)) static void tell(void) {
  char line[1024];
  if (*file_name == 0) return;
  int file = open(file_name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  int length = snprintf(line, sizeof line,
    "{\"malloc\":%ju,\"calloc\":%ju,\"realloc\":%ju,\"aligned\":%ju,\"free\":%ju,\"moved\":%ju,\"bytes\":%ju,\"peakBytes\":%jd,\"bySize\":[",
    (uintmax_t)counted.calls[MALLOC], (uintmax_t)counted.calls[CALLOC], (uintmax_t)counted.calls[REALLOC],
    (uintmax_t)counted.calls[ALIGNED], (uintmax_t)counted.freed, (uintmax_t)counted.moved, (uintmax_t)counted.bytes,
    (intmax_t)counted.peak);
  for (int class = 0; class < CLASSES; class++)
    length += snprintf(line + length, sizeof line - (size_t)length, "%ju%s", (uintmax_t)counted.sizes[class], class + 1 < CLASSES ? "," : "]}\n");
  /* One call, so that lines of processes that end at once stay whole. */
  if (write(file, line, (size_t)length) < 0) {}
  close(file);
}
`;

/**
 * Builds the library that counts, to be loaded before all others (`LD_PRELOAD`).
 *
 * @param folder where it is made
 * @returns its path
 * @throws {EvidenceError} CLAIM_RUN where it cannot be built or loaded here
 */
export async function buildAllocationCounter(folder: string): Promise<string> {
  const [source, library] = [join(folder, 'allocations.c'), join(folder, 'allocations.so')];
  if (/[\s:]/.test(library)) {
    throw failure(
      `No library can be loaded from ${folder}: its name has blanks or colons.`,
      'Set TMPDIR to another folder.',
    );
  }
  await writeFile(source, SOURCE);
  try {
    await promisify(execFile)('cc', ['-O2', '-shared', '-fPIC', '-pthread', '-o', library, source, '-ldl']);
    return library;
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ENOENT'
      ? failure('There is no C compiler (cc) to build the counter of allocations with.', 'Debian has it in gcc.', cause)
      : failure(
          'The counter of allocations cannot be built here.',
          `cc said: ${firstLine((cause as { stderr?: string }).stderr)}`,
          cause,
        );
  }
}

function firstLine(text: string | undefined): string {
  return text?.split('\n').find((line) => line.includes('error')) ?? 'nothing';
}

function failure(message: string, hint: string, cause?: unknown): EvidenceError {
  return new EvidenceError('CLAIM_RUN', message, { hint, cause });
}
