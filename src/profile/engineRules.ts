import type { Rule } from './rules.ts';

/** Work of V8's and Oilpan's collectors: any such frame on the stack owns it. `HandleExternalMemoryInterrupt` is a collection that buffers forced. */
export const ENGINE_GC_RULES: readonly Rule[] = [
  {
    category: 'gc',
    match:
      /v8::internal::.*?(?:Scaveng|MarkCompact|MinorMarkSweep|ConcurrentMarking|IncrementalMarking|Marking(?:Visitor|Worklist|Barrier)|Sweeper|Evacuat|PointersUpdat|YoungGeneration|GCTracer|GlobalHandles|BodyDescriptorBase|ParallelClearingJob|StringTableCleaner|ArrayBufferSweeper|HeapObject::SizeFromMap|Heap::(?:CollectGarbage|PerformGarbageCollection|HandleExternalMemoryInterrupt))/,
    example: 'node::Start;v8::internal::MarkCompactCollector::MarkLiveObjects();foo',
  },
  {
    category: 'gc',
    match: /^(?:cppgc|heap::base)::/,
    example: 'node::Start;cppgc::internal::Sweeper::Start();clock_gettime',
  },
  { category: 'gc', match: /^\(garbage collector\)$/, example: 'main;(garbage collector);foo' },
];

/** Frames of Node and V8 that own a stack from near its leaf. */
export const ENGINE_NEAR_RULES: readonly Rule[] = [
  {
    category: 'allocator',
    match: /^node::(?:NodeArrayBufferAllocator|AllocatedBuffer|AllocateBuffer|Malloc|Realloc|Unchecked\w*)/,
    example: 'uv_run;node::NodeArrayBufferAllocator::Allocate(unsigned long)',
  },
  {
    category: 'allocator',
    match:
      /^(?:[\w:<> *]+ )?v8::internal::(?:BackingStore|ArrayBufferExtension|JSArrayBuffer::(?:CreateExtension|Attach|Setup)|HeapAllocator|MemoryAllocator::Allocate|MainAllocator|PagedSpaceBase::TryExpand|PagedNewSpace|(?:Local)?Heap::Allocate|(?:Local)?Factory(?:Base<[^>]*>)?::(?:AllocateRaw|New))/,
    example: 'node::Start;v8::internal::HeapAllocator::AllocateRawSlowPath(int)',
  },
  {
    category: 'allocator',
    match: /^Builtins_Allocate(?:In)?\w*Generation/,
    example: 'JS:*f file:///app/a.js:1;Builtins_AllocateInYoungGeneration',
  },
  {
    category: 'buffer',
    match: /^(?:Builtins_(?:TypedArray|ArrayBuffer|DataView)|node::Buffer::)/,
    example: 'JS:*f file:///app/a.js:1;Builtins_TypedArrayPrototypeSet',
  },
];

/** V8's own work in C++ at the leaf: compiling, parsing, inline caches, whichever script it was for. */
export const ENGINE_RULES: readonly Rule[] = [
  {
    category: 'js-engine',
    match: /^(?:[\w:<>,&* ()]+ )?(?:non-virtual thunk to )?v8::|^(?:unibrow|v8_inspector|simdutf)::|^detail::sprp$/,
    example: 'node::Start;v8::internal::Parser::ParseProgram(v8::internal::ParseInfo*)',
  },
];

/** Node's and V8's frames that only the leaf is held against, where no script is near. */
export const ENGINE_LEAF_RULES: readonly Rule[] = [
  {
    category: 'event-loop',
    match:
      /^(?:uv_|node::(?:SpinEventLoop|InternalMakeCallback|InternalCallbackScope|AsyncWrap|StreamBase|StreamResource|LibuvStreamWrap|Environment::(?:RunTimers|CheckImmediate|RunAndClear)))/,
    example: '_start;node::Start;uv__io_poll',
  },
  {
    category: 'js-engine',
    match: /^(?:Builtins_|BytecodeHandler:|Handler:|Builtin:|Stub:|builtin:)/,
    example: 'node::Start;Builtins_JSEntryTrampoline',
  },
  { category: 'runtime', match: /^(?:non-virtual thunk to )?node::/, example: '_start;main;node::Start(int, char**)' },
];
