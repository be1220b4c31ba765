import { rustPath, type Rule } from './rules.ts';

/** Rust's crates that own a stack from near its leaf, as their paths are demangled. */
export const RUST_NEAR_RULES: readonly Rule[] = [
  {
    category: 'allocator',
    match: /(?:^|::)__r(?:ust|dl|g)_(?:alloc|dealloc|realloc|alloc_zeroed)\b|^__rustc(?:\[\w+\])?::__r/,
    example: 'app::main;__rdl_alloc_zeroed',
  },
  {
    category: 'allocator',
    match: /^<?alloc::(?:alloc|raw_vec)::/,
    example: 'app::main;alloc::raw_vec::RawVecInner<A>::finish_grow',
  },
  {
    category: 'tls',
    match: rustPath(
      'rustls',
      'tokio_rustls',
      'hyper_rustls',
      'native_tls',
      'tokio_native_tls',
      'webpki',
      'futures_rustls',
    ),
    example: 'app::main;rustls::conn::ConnectionCommon<T>::read_tls',
  },
  {
    category: 'crypto',
    match:
      /^(?:ring_core_|GFp_|_?aesni_ctr32|aws_lc_)|^<*(?:ring|aes|ghash|polyval|cipher|cbc|ctr|aes_gcm|aws_lc_rs|sha2|sha1|md5|chacha20\w*)::/,
    example: 'app::main;ring_core_0_17_14__aes_gcm_dec_update_vaes_avx2',
  },
  {
    category: 'compression',
    match: rustPath('flate2', 'miniz_oxide', 'zlib_rs', 'brotli\\w*', 'zstd\\w*', 'async_compression', 'crc32fast'),
    example: 'app::main;<flate2::bufread::GzDecoder<R> as std::io::Read>::read',
  },
  {
    category: 'http-parse',
    match: rustPath(
      'hyper',
      'hyper_util',
      'h2',
      'httparse',
      'http',
      'http_body\\w*',
      'reqwest',
      'h3',
      'quinn\\w*',
      'ureq',
    ),
    example: 'app::main;h2::proto::connection::DynConnection<B>::recv_frame',
  },
  {
    category: 'dns',
    match: /^<*(?:hickory|trust_dns)\w*::/,
    example: 'app::main;hickory_resolver::lookup_ip::LookupIp::iter',
  },
];

/** Rust's runtimes and its library, at the leaf. */
export const RUST_LEAF_RULES: readonly Rule[] = [
  {
    category: 'event-loop',
    match: rustPath('tokio\\w*', 'mio', 'futures\\w*', 'async_std', 'smol', 'async_io', 'polling'),
    example: 'app::main;<mio::sys::unix::waker::Waker>::wake',
  },
  {
    category: 'playlist-parse',
    match: rustPath('m3u8_rs', 'hls_m3u8', 'nom'),
    example: 'app::main;m3u8_rs::parser::m3u_tag',
  },
  {
    category: 'rust-runtime',
    match: rustPath('bytes', 'alloc', 'core', 'hashbrown', 'memchr', 'crossbeam\\w*', 'parking_lot\\w*', 'once_cell'),
    example: 'app::main;alloc::sync::Arc<T,A>::drop_slow',
  },
  {
    category: 'rust-runtime',
    match:
      /^<*(?:&(?:mut )?)?std::(?:sys|sys_common|io|fs|rt|panic|panicking|collections|sync|time|path|env|net|process|os|backtrace|ffi|hash|num|error|ascii|thread(?!::_)|f32|f64)::/,
    example: 'app::main;std::sys::backtrace::__rust_begin_short_backtrace',
  },
  { category: 'rust-runtime', match: /^rust_(?:begin_unwind|panic|eh_personality)/, example: 'app::main;rust_panic' },
];
