import type { Rule } from './rules.ts';

/** Go's collector: any such frame on the stack owns it. */
export const GO_GC_RULES: readonly Rule[] = [
  {
    category: 'gc',
    match:
      /^runtime\.(?:gc(?:BgMark|Drain|Assist|Mark|Start|Sweep|Trigger|Controller|ParkAssist|Write|Flush)\w*|scanobject\w*|scanblock|greyobject|markroot\w*|bgsweep|bgscavenge|sweepone|wbBufFlush\w*|\(\*(?:sweepLocked|gcWork|gcControllerState)\)\.\w+)/,
    example: 'runtime.goexit;runtime.gcBgMarkWorker;runtime.systemstack',
  },
];

/** Go's packages that own a stack from near its leaf. */
export const GO_NEAR_RULES: readonly Rule[] = [
  {
    category: 'allocator',
    match:
      /^runtime\.(?:mallocgc\w*|newobject|newarray|makeslice\w*|growslice|persistentalloc\w*|rawbyteslice|rawstring\w*|nextFreeFast|deductAssistCredit|\(\*m(?:cache|central|heap|span)\)\.\w+|\(\*fixalloc\)\.\w+)$/,
    example: 'main.main;runtime.mallocgc',
  },
  { category: 'tls', match: /^crypto\/tls\./, example: 'main.main;crypto/tls.(*Conn).readRecordOrCCS' },
  {
    category: 'crypto',
    match: /^(?:crypto|vendor\/golang\.org\/x\/crypto)\//,
    example: 'main.main;crypto/aes.gcmAesEnc',
  },
  {
    category: 'compression',
    match: /^(?:compress|hash\/(?:crc32|adler32))[/.]/,
    example: 'main.main;compress/flate.(*decompressor).nextBlock',
  },
  {
    category: 'http-parse',
    match: /^(?:net\/http|net\/textproto|(?:vendor\/)?golang\.org\/x\/net\/http2(?:\/\w+)?)\./,
    example: 'runtime.goexit;net/http.(*persistConn).readLoop',
  },
  {
    category: 'dns',
    match: /^(?:net\.\(\*Resolver\)|net\.\(\*resolverConfig\)|(?:vendor\/)?golang\.org\/x\/net\/dns)/,
    example: 'main.main;net.(*Resolver).goLookupIPCNAMEOrder',
  },
  { category: 'copy', match: /^runtime\.mem(?:move|clr)/, example: 'main.main;runtime.memmove' },
];

/** A leaf that is Go's way into the kernel; what it is for, its callers tell. */
export const GO_SYSCALL_RULES: readonly Rule[] = [
  {
    category: 'kernel',
    match: /^(?:(?:(?:internal\/runtime|runtime\/internal)\/)?syscall|internal\/poll|golang\.org\/x\/sys\/unix)\./,
    example: 'main.main;syscall.Syscall',
  },
];

/** What a system call of Go is for, by the nearest caller that tells. */
export const GO_SYSCALL_OWNERS: readonly Rule[] = [
  {
    category: 'wait',
    match: /^(?:runtime\.netpoll\w*|\S*syscall\.EpollWait|\S*syscall\.(?:Nanosleep|Select|Wait4))$/,
    example: 'runtime.findRunnable;runtime.netpoll;internal/runtime/syscall.Syscall6',
  },
  {
    category: 'memory-syscall',
    match: /^(?:\S*syscall|golang\.org\/x\/sys\/unix)\.(?:[Mm]map|[Mm]unmap|[Mm]advise|Mprotect)$/,
    example: 'main.main;syscall.Mmap;syscall.mmap;syscall.Syscall6',
  },
  {
    category: 'network',
    match: /^(?:net[./]|\S*syscall\.(?:[Rr]ecv|[Ss]end|[Ac]ccept|[Cc]onnect|[Ss]ocket)\w*)/,
    example: 'main.main;net.(*conn).Read;internal/poll.(*FD).Read;syscall.Read;syscall.read;syscall.Syscall',
  },
  {
    category: 'file-io',
    match:
      /^os\.|^\S*syscall\.(?:[Oo]pen|[Cc]lose|[Ff]sync|[Ff]truncate|[Ss]tat|[Ff]stat|[Pp]write|[Pp]read|[Uu]nlink|[Rr]ename)\w*/,
    example: 'main.main;os.(*File).Write;internal/poll.(*FD).Write;syscall.Write;syscall.Syscall',
  },
];

/** Go's runtime, its library and programs, at the leaf. */
export const GO_LEAF_RULES: readonly Rule[] = [
  {
    category: 'wait',
    match:
      /^runtime\.(?:futex|futexsleep|futexwakeup|notesleep|notetsleep\w*|notewakeup|usleep|osyield|procyield|semasleep|epollwait|netpoll\w*|pthread_cond_\w+)$/,
    example: 'runtime.mcall;runtime.stopm;runtime.futex',
  },
  { category: 'event-loop', match: /^internal\/poll\./, example: 'main.main;internal/poll.runtime_pollWait' },
  {
    category: 'runtime',
    match:
      /^(?:runtime|sync|sync\/atomic|internal\/runtime\/[\w/]+|internal\/sync|gogo|gosave)\.|^(?:aeshashbody|memeqbody|cmpbody|indexbytebody)$/,
    example: 'runtime.mcall;runtime.schedule',
  },
  { category: 'network', match: /^net\./, example: 'main.main;net.(*conn).ok' },
  { category: 'file-io', match: /^os\./, example: 'main.main;os.(*File).checkValid' },
  {
    category: 'runtime',
    match:
      /^(?:bufio|bytes|io|strings|strconv|fmt|errors|sort|slices|maps|context|time|reflect|unicode\/utf8|encoding\/\w+|regexp(?:\/syntax)?|path(?:\/filepath)?|log(?:\/slog)?|hash\/\w+|math\/\w+|math)\./,
    example: 'main.main;bufio.(*Reader).fill',
  },
  {
    category: 'playlist-parse',
    match: /^github\.com\/\S*(?:m3u8|hls)\S*\./,
    example: 'main.main;github.com/grafov/m3u8.decodeLine',
  },
  {
    category: 'dependency',
    match: /^(?:[\w-]+\.)+[a-z]{2,}\/[\w./~-]+\.[\w(*)]/,
    example: 'main.main;go.uber.org/zap.(*Logger).Info',
  },
  { category: 'user', match: /^main\./, example: 'runtime.main;main.main' },
];
