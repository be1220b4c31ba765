import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demangle } from '../../../src/profile/demangle/index.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';

const table: [language: string, symbol: string, name: string][] = [
  ['Rust legacy', '_ZN4core3fmt9Formatter12pad_integral17h0123456789abcdefE', 'core::fmt::Formatter::pad_integral'],
  [
    'Rust legacy, a trait’s',
    '_ZN61_$LT$bytes..bytes..Bytes$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE',
    '<bytes::bytes::Bytes as core::ops::drop::Drop>::drop',
  ],
  [
    'Rust legacy, of LLVM’s copies',
    '_ZN3app5fetch28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE.llvm.1234ABCD',
    'app::fetch::{{closure}}',
  ],
  ['Rust legacy on macOS', '__ZN3app5fetch17h0123456789abcdefE', 'app::fetch'],
  ['Rust v0', '_RNvCs1234_7___rustc12___rust_alloc', '__rustc::__rust_alloc'],
  ['Rust v0, nested', '_RNvNtCs1234_4core3fmt5write', 'core::fmt::write'],
  ['Rust v0, a closure', '_RNCNvCs1234_3app4main0B3_', 'app::main::{closure#0}'],
  ['Rust v0, generic over a number', '_RINvCs1234_3app3arrKj3_EB2_', 'app::arr::<3>'],
  ['C++', '_ZN2v88internal4Heap5AllocEmb', 'v8::internal::Heap::Alloc(unsigned long, bool)'],
  ['C++, no parameters', '_ZN4node5StartEv', 'node::Start()'],
  ['C++, const method', '_ZNK3hls8Playlist4sizeEv', 'hls::Playlist::size() const'],
  ['C++, constructor', '_ZN3hls8PlaylistC2ERKSs', 'hls::Playlist::Playlist(std::string const&)'],
  ['C++, destructor', '_ZN3hls8PlaylistD0Ev', 'hls::Playlist::~Playlist()'],
  ['C++, operator new', '_Znwm', 'operator new(unsigned long)'],
  [
    'C++, template',
    '_ZNSt6vectorIcSaIcEE9push_backERKc',
    'std::vector<char, std::allocator<char> >::push_back(char const&)',
  ],
  ['C++, anonymous namespace', '_ZN12_GLOBAL__N_14workEi', '(anonymous namespace)::work(int)'],
  ['C++, function pointer', '_Z3runPFvPvES_', 'run(void (*)(void*), void*)'],
  ['C++, vtable', '_ZTVN3hls8PlaylistE', 'vtable for hls::Playlist'],
];

describe('demangle', () => {
  for (const [what, symbol, name] of table) {
    it(what, () => {
      assert.equal(demangle(symbol), name);
    });
  }

  it('leaves what it does not know as it is', () => {
    for (const name of [
      'malloc',
      '_ZN',
      '_Z',
      '_R',
      '_RNv',
      '_ZN3abE',
      '_ZNZZ',
      '_Zfoo',
      '_int_malloc',
      '',
      '_ZN99999aE',
      '_RB_',
    ]) {
      assert.equal(demangle(name), name);
    }
  });

  it('takes anything, in bounded time and length', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('_ZN', '_Z', '_R', '_RI'),
        fc.string({ unit: fc.constantFrom(...Array.from('NvCIEBSTPRKF0123_astLX')), maxLength: 300 }),
        (start, rest) => {
          assert.ok(demangle(start + rest).length <= 20_000);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives up on names that double at each reference', () => {
    const rust = `_RINvC1a1b${'TB6_B6_'.repeat(60)}${'E'.repeat(60)}E`;
    const cpp = `_Z1fP${'1aI'.repeat(90)}i${'E'.repeat(90)}${Array.from({ length: 40 }, () => 'St4pairIS_S0_E').join('')}`;
    assert.ok(demangle(rust).length < 20_000);
    assert.ok(demangle(cpp).length < 20_000);
  });

  it('is applied where frames are read', () => {
    const profile = readProfile(Buffer.from('_start;main;_ZN3app5fetch17h0123456789abcdefE 5\n'), 'x');
    assert.ok(profile.threads[0]?.tree.frames.some(({ name }) => name === 'app::fetch'));
  });
});
