import type { Category, Decision } from './categories.ts';
import { knownSyscall } from './syscalls.ts';

/** What a user frame near the leaf makes of the stack. */
export type UserClass = Decision;

interface Rule {
  category: Category;
  match: RegExp;
}

/** Rust paths as they are demangled: `hyper::…`, `<hyper::… as …>`, `<&mut hyper::…>`. */
function rust(...crates: string[]): RegExp {
  return new RegExp(`^<*(?:&(?:mut )?)?(?:${crates.join('|')})::`);
}

/** Names of V8's collector; `HandleExternalMemoryInterrupt` is a collection that buffers forced. */
export const GC =
  /v8::internal::.*?(?:Scaveng|MarkCompact|MinorMarkSweep|ConcurrentMarking|IncrementalMarking|Marking(?:Visitor|Worklist|Barrier)|Sweeper|Evacuat|PointersUpdat|YoungGeneration|GCTracer|GlobalHandles|BodyDescriptorBase|HeapObject::SizeFromMap|Heap::(?:CollectGarbage|PerformGarbageCollection|HandleExternalMemoryInterrupt|IterateRoots))|^(?:cppgc|heap::base)::|^runtime\.(?:gc[A-Z]\w*|scanobject|greyobject|markroot\w*|bgsweep|bgscavenge|sweepone|wbBufFlush\w*)/;

const ALLOCATOR: readonly RegExp[] = [
  /^(?:__libc_|__GI_(?:__libc_)?|__)?(?:malloc|calloc|realloc|reallocarray|free|cfree|memalign|aligned_alloc|posix_memalign|valloc)\d?(?:@.*)?$/,
  /^(?:_int_(?:malloc|free|realloc|memalign)\w*|malloc_consolidate|unlink_chunk|sysmalloc|systrim|tcache_\w+|_mid_memalign|arena_get\w*|(?:grow_heap|heap_trim|mtrim)\b|malloc_usable_size)/,
  /^(?:je_|_rjem_|arena_(?:malloc|dalloc|bin|slab|ralloc)|large_(?:malloc|dalloc|palloc)|extent_(?:alloc|dalloc|recycle|record|split|merge|purge)|je?malloc\b)/,
  /^_?mi_(?:malloc|calloc|free|heap|page|segment|realloc|zalloc|arena)/,
  /^(?:tc_(?:malloc|calloc|realloc|free|new|delete)|tcmalloc::|snmalloc::|scudo::|rpmalloc)/,
  /^(?:partition_alloc::|base::(?:internal::)?PartitionAlloc|(?:\S+::)?PartitionRoot|allocator_shim::|WTF::Partitions)/,
  /^(?:operator (?:new|delete)\b|_Zn[aw][jm]|_Zd[al]Pv)/,
  /(?:^|::)__r(?:ust|dl|g)_(?:alloc|dealloc|realloc|alloc_zeroed)\b|^__rustc(?:\[\w+\])?::__r/,
  /^<?alloc::(?:alloc|raw_vec)::/,
  /^node::(?:NodeArrayBufferAllocator|AllocatedBuffer|AllocateBuffer|Malloc|Realloc|Unchecked\w*)/,
  /^v8::internal::(?:BackingStore|ArrayBufferExtension|JSArrayBuffer::(?:CreateExtension|Attach|Setup)|HeapAllocator|MemoryAllocator::Allocate|LocalHeap::Allocate|Heap::Allocate|Factory(?:Base<[^>]*>)?::(?:AllocateRaw|New))/,
  /^Builtins_AllocateIn\w*Generation/,
  /^runtime\.(?:mallocgc\w*|newobject|newarray|makeslice\w*|growslice|persistentalloc\w*|\(\*m(?:cache|central|heap|span)\)\.\w+)$/,
];

/** Classes that own a stack from near the leaf, the strongest first. */
const NEAR_RULES: readonly Rule[] = [
  ...ALLOCATOR.map((match): Rule => ({ category: 'allocator', match })),
  { category: 'buffer', match: /^(?:Builtins_(?:TypedArray|ArrayBuffer|DataView)|node::Buffer::)/ },
  { category: 'tls', match: /^(?:SSL_|ssl3?_|tls1?3?_|ossl_ssl|BIO_|s2n_|node::(?:crypto::)?TLSWrap|crypto\/tls\.)/ },
  {
    category: 'tls',
    match: rust('rustls', 'tokio_rustls', 'hyper_rustls', 'native_tls', 'tokio_native_tls', 'webpki'),
  },
  {
    category: 'crypto',
    match:
      /^_?(?:aesni_|aesv8_|AES_|vpaes|bsaes_|gcm_|ghash|CRYPTO_|EVP_|evp_|cipher_|ossl_(?:cipher|gcm|aes|sha)|ChaCha20|poly1305|sha(?:1|256|512)_|ecp_|bn_|x25519|node::crypto::|crypto\/)/,
  },
  {
    category: 'crypto',
    match: /^(?:ring_core_|GFp_|_?aesni_ctr32|aws_lc_)|^<*(?:ring|aes|ghash|cipher|cbc|aes_gcm|sha2|sha1|md5)::/,
  },
  {
    category: 'compression',
    match:
      /^(?:inflate|deflate|adler32|crc32|Brotli|ZSTD_|node::zlib::|compress\/)|^<*(?:flate2|miniz_oxide|brotli|zstd)::/,
  },
  {
    category: 'http-parse',
    match:
      /^(?:llhttp_|nghttp[23]_|ngtcp2|node::\(anonymous namespace\)::(?:Connections)?Parser|node::http2|http_parser_|net\/http\.)/,
  },
  {
    category: 'http-parse',
    match: rust('hyper', 'hyper_util', 'h2', 'httparse', 'http', 'http_body\\w*', 'reqwest', 'h3', 'quinn\\w*'),
  },
  {
    category: 'dns',
    match:
      /^(?:ares_|getaddrinfo|gaih_|_nss_|(?:__)?res_n?(?:query|search|send)|net\.\(\*Resolver\))|^<*(?:hickory|trust_dns)\w*::/,
  },
  {
    category: 'copy',
    match: /^(?:__(?:GI_)?)?mem(?:cpy|move|set|pcpy)(?:_|$|@)|^rep_(?:movs|stos)|^runtime\.mem(?:move|clr)/,
  },
];

/** Categories of near classes in the order in which they win. */
export const NEAR_CLASSES: readonly Category[] = [...new Set(NEAR_RULES.map(({ category }) => category))];

/** Rules that only the leaf is held against: further out they would own the whole program. */
const LEAF_RULES: readonly Rule[] = [
  {
    category: 'event-loop',
    match:
      /^(?:uv_|node::(?:SpinEventLoop|InternalMakeCallback|InternalCallbackScope|AsyncWrap|StreamBase|LibuvStreamWrap))/,
  },
  { category: 'event-loop', match: rust('tokio\\w*', 'mio', 'futures\\w*', 'async_std', 'smol') },
  {
    category: 'rust-runtime',
    match: /^<*(?:&(?:mut )?)?(?:bytes|alloc|core|std|hashbrown|memchr|crossbeam\w*|parking_lot\w*)::/,
  },
  { category: 'js-engine', match: /^(?:v8::|Builtins_|node::|BytecodeHandler:|Handler:|Builtin:|Stub:)/ },
  { category: 'runtime', match: /^runtime\./ },
  { category: 'kernel', match: /^(?:\[vdso\]|__vdso_\w+|_dl_\w+)$/ },
  { category: 'wait', match: /^(?:__)?(?:pthread_(?:cond_\w*wait|mutex_lock\w*|join)|lll_lock_wait\w*|futex_wait\w*)/ },
];

/** The class of a name, if it owns stacks from near the leaf. */
export function findUserClass(name: string): UserClass | undefined {
  const rule = NEAR_RULES.find(({ match }) => match.test(name));
  return rule && { category: rule.category, pattern: rule.match.source };
}

/** libc's functions that do nothing but a system call, with the prefixes and suffixes that its symbols have. */
export function findWrapper(name: string): Decision | undefined {
  const bare = /^(?:__GI_)?(?:__libc_|__)?([a-z]\w*?)(?:64)?(?:_nocancel)?(?:@.*)?$/.exec(name)?.[1];
  const category = bare === undefined ? undefined : knownSyscall(bare);
  return category && { category, pattern: `libc ${bare ?? name}` };
}

/** What a leaf is that nothing near it owns. */
export function decideLeaf(name: string, file: string | undefined): Decision {
  if (name === '(program)') return { category: 'native', pattern: '(program)' };
  if (file?.startsWith('[vdso') === true) return { category: 'kernel', pattern: '[vdso]' };
  const rule = LEAF_RULES.find(({ match }) => match.test(name));
  if (rule !== undefined) return { category: rule.category, pattern: rule.match.source };
  if (name === '' || name === '[unknown]' || /^0x[0-9a-f]+$/.test(name))
    return { category: 'unknown', pattern: 'a frame without a name' };
  return { category: 'user', pattern: 'a symbol of the program itself' };
}
