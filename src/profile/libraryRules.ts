import type { Rule } from './rules.ts';

/** Libraries in C and C++ that own a stack from near its leaf. */
export const LIBRARY_NEAR_RULES: readonly Rule[] = [
  {
    category: 'tls',
    match:
      /^(?:SSL_|ssl3?_|tls1?3?_|dtls1?_|ossl_ssl|ossl_(?:recv|send|bio)|BIO_(?!\w*printf)|s2n_|gnutls_|node::(?:crypto::)?TLSWrap|bssl::(?:tls|ssl|SSL|dtls)\w*)/,
    example: 'main;SSL_read;ssl3_read_bytes',
  },
  {
    category: 'crypto',
    match:
      /^_?(?:aesni_|aesv8_|AES_|vpaes|bsaes_|gcm_|ghash|CRYPTO_|EVP_|evp_|cipher_|ossl_(?!ssl|recv|send|bio)\w+|OPENSSL_|OBJ_|BIO_\w*printf|ChaCha20|chacha20|[Pp]oly1305|sha(?:1|256|512)_|md5_block|ecp_|bn_|BN_|EC_|ERR_|x25519|bssl::|mbedtls_|[Aa][Ss][Nn]1_|[Xx]509_|PEM_|BUF_MEM_|i2d_|d2i_|c2i_|Keccak|_*Keccak|node::crypto::)/,
    example: 'main;EVP_DecryptUpdate;aesni_cbc_encrypt',
  },
  {
    category: 'compression',
    match: /^(?:inflate|deflate|adler32|crc32|_?Brotli|ZSTD_|LZ4_|node::zlib::)/,
    example: 'main;inflate_fast',
  },
  {
    category: 'http-parse',
    match:
      /^(?:llhttp_|nghttp[23]_|ngtcp2|node::\(anonymous namespace\)::(?:Connections)?Parser|node::http2|http_parser_|phr_parse|Curl_h2_|Curl_http_(?:read|head)|boost::beast::http::)/,
    example: 'node::(anonymous namespace)::Parser::OnStreamRead;llhttp__internal_execute',
  },
  {
    category: 'dns',
    match: /^(?:ares_|getaddrinfo|gaih_|_nss_|(?:__)?(?:res|ns)_n?(?:query|search|send|name|parse))/,
    example: 'main;getaddrinfo;gaih_inet.constprop.0',
  },
];

/** Libraries that only the leaf is held against: further out they run the whole program. */
export const LIBRARY_LEAF_RULES: readonly Rule[] = [
  { category: 'http', match: /^(?:curl_|Curl_|multi_runsingle|cf_(?:socket|h[12])_)/, example: 'main;Curl_pgrsUpdate' },
  {
    category: 'event-loop',
    match: /^(?:boost::asio::|asio::|event_base_|evbuffer_|ev_run|ev_invoke|g_main_|QEventDispatcher)/,
    example: 'main;boost::asio::io_context::run()',
  },
  {
    category: 'playlist-parse',
    match: /^(?:hls_read_|parse_playlist|ff_hls_|(?:hls|m3u8)_parse)/,
    example: 'main;ff_hls_parse_playlist',
  },
];
