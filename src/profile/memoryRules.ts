import type { Rule } from './rules.ts';

/** Allocators of C and C++, whichever library they come from, and copies. */
export const MEMORY_RULES: readonly Rule[] = [
  {
    category: 'allocator',
    match:
      /^(?:__libc_|__GI_(?:__libc_)?|__)?(?:malloc|calloc|realloc|reallocarray|free|cfree|memalign|aligned_alloc|posix_memalign|valloc)\d?(?:@.*)?$/,
    example: 'main;cfree@GLIBC_2.2.5',
  },
  {
    category: 'allocator',
    match:
      /^(?:_int_(?:malloc|free|realloc|memalign)\w*|malloc_consolidate|unlink_chunk|sysmalloc|systrim|tcache_\w+|_mid_memalign|arena_get\w*|alloc_perturb|(?:grow_heap|heap_trim|mtrim)\b|malloc_usable_size)/,
    example: 'main;_int_free_merge_chunk',
  },
  {
    category: 'allocator',
    match:
      /^(?:je_|_rjem_|arena_(?:malloc|dalloc|bin|slab|ralloc)|large_(?:malloc|dalloc|palloc)|extent_(?:alloc|dalloc|recycle|record|split|merge|purge)|je?malloc\b|tsd_(?:fetch|slow)|sz_(?:size2index|index2size))/,
    example: 'main;arena_bin_malloc_hard',
  },
  {
    category: 'allocator',
    match: /^_?mi_(?:malloc|calloc|free|heap|page|segment|realloc|zalloc|arena|new|delete)/,
    example: 'main;mi_segment_alloc',
  },
  {
    category: 'allocator',
    match:
      /^(?:tc_(?:malloc|calloc|realloc|free|new|delete)|\(anonymous namespace\)::(?:do_malloc|do_free)|tcmalloc::)/,
    example: 'main;tcmalloc::CentralFreeList::Populate()',
  },
  { category: 'allocator', match: /^(?:snmalloc::|scudo::|rpmalloc)/, example: 'main;rpmalloc_heap_alloc' },
  {
    category: 'allocator',
    match:
      /^(?:partition_alloc::|base::(?:internal::)?PartitionAlloc|(?:\S+::)?PartitionRoot|allocator_shim::|WTF::Partitions)/,
    example: 'main;allocator_shim::internal::PartitionMalloc(unsigned long, void*)',
  },
  {
    category: 'allocator',
    match:
      /^(?:_?malloc_zone_\w+|szone_\w+|(?:tiny|small|medium|large)_(?:malloc|free)\w*|_?nanov2_\w+|_?xzm_\w+|free_(?:tiny|small|medium|large)|RtlAllocateHeap|RtlFreeHeap|RtlpAllocateHeap\w*|HeapAlloc|HeapFree|VirtualAlloc)$/,
    example: 'main;szone_malloc_should_clear',
  },
  {
    category: 'allocator',
    match: /^(?:operator (?:new|delete)\b|_Zn[aw][jm]|_Zd[al]Pv|CRYPTO_(?:malloc|zalloc|realloc|free|clear_free)$)/,
    example: 'main;operator new[](unsigned long)',
  },
  {
    category: 'copy',
    match:
      /^(?:__(?:GI_)?)?mem(?:cpy|move|set|pcpy)(?:_|$|@)|^_platform_mem(?:move|set)|^(?:rep_(?:movs|stos)|bcopy$|bzero$)/,
    example: 'main;__memset_avx512_unaligned_erms',
  },
];
