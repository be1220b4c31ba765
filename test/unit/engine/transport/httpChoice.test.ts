import assert from 'node:assert/strict';
import { HttpDecision, type Ending, type HttpVersion } from '../../../../src/engine/transport/httpChoice.ts';

/** An origin and the way to it. Times in milliseconds, rates in bytes per millisecond. */
interface Path {
  lanes: number;
  fragments: number;
  firstByteMs: number;
  /** Of a connection, and of all: what is less bounds. */
  perConnection: Record<HttpVersion, number>;
  total: number;
  /** Whenever a fragment ends, half as many lanes more or fewer are tried. */
  isProbed?: boolean;
  /** Answers of 429 before the first fragment ended. */
  refused?: number;
  /** What becomes of those over HTTP/2. */
  http2?: (count: number) => Ending | 'declined' | undefined;
}

interface Running {
  token: object;
  version: HttpVersion;
  sentMs: number;
  left: number;
}

const fragmentBytes = 100_000;
const stepMs = 5;

/** Downloads over such a path in steps of 5 ms. */
function run(path: Path): { decision: HttpDecision; versions: HttpVersion[]; mostBoth: number; hasMadeRoom: boolean } {
  const decision = new HttpDecision();
  const running = new Set<Running>();
  const versions: HttpVersion[] = [];
  let [ms, receivedBytes, mostBoth, http2Count, ended, hasMadeRoom] = [0, 0, 0, 0, 0, false];
  const limit = () => (path.isProbed && ended % 2 === 1 ? path.lanes * 1.5 : path.lanes);
  const now = () => ({
    ms,
    receivedBytes,
    inFlight: running.size,
    limit: limit(),
    refused: path.refused ?? 0,
    waiting: path.fragments - versions.length,
  });
  const end = (each: Running, ending: Ending) => {
    running.delete(each);
    ended++;
    decision.end(each.token, ending, now());
    if (!decision.isWantingRoom) return;
    const token = {};
    assert.equal(decision.begin(token, now()), '1.1');
    decision.end(token, { type: 'late' }, now());
    hasMadeRoom = true;
    decision.madeRoom();
  };
  const of = (version: HttpVersion) => [...running].filter((each) => each.version === version);
  while (versions.length < path.fragments || running.size > 0) {
    while (running.size < path.lanes && versions.length < path.fragments) {
      const token = {};
      const version = decision.begin(token, now());
      versions.push(version);
      const each = { token, version, sentMs: ms, left: fragmentBytes };
      running.add(each);
      const fate = version === '2' ? path.http2?.(++http2Count) : undefined;
      if (fate === 'declined') decision.declined();
      else if (fate) end(each, fate);
    }
    ms += stepMs;
    const [old, young] = [of('1.1'), of('2')];
    if (old.length > 0) mostBoth = Math.max(mostBoth, young.length);
    const connections = old.length + (young.length > 0 ? 1 : 0);
    const share = path.total / Math.max(1, connections);
    for (const each of running) {
      if (ms - each.sentMs <= path.firstByteMs) continue;
      const streams = each.version === '2' ? young.length : 1;
      const bytes = (Math.min(share, path.perConnection[each.version]) * stepMs) / streams;
      receivedBytes += Math.min(bytes, each.left);
      each.left -= bytes;
    }
    for (const each of [...running]) {
      if (each.left > 0) continue;
      const { sentMs } = each;
      end(each, { type: 'whole', bytes: fragmentBytes, sentMs, firstByteMs: path.firstByteMs, endMs: ms });
    }
  }
  return { decision, versions, mostBoth, hasMadeRoom };
}

const wide = { '1.1': 1e6, '2': 1e6 };
/** Over a long path, with nothing that bounds. */
const open: Path = { lanes: 8, fragments: 400, firstByteMs: 100, perConnection: wide, total: 1e7 };

describe('engine/transport: which version of HTTP is chosen', () => {
  const cases: [what: string, path: Path, picked: HttpVersion, why: RegExp, of?: 'each' | 'all'][] = [
    ['stays on a short path', { ...open, firstByteMs: 2, total: 10_000 }, '1.1', /nothing to gain/],
    ['stays when little is left', { ...open, fragments: 70 }, '1.1', /too few were left to compare/],
    ['stays when the download ends at once', { ...open, fragments: 8 }, '1.1', /ended before that could be judged/],
    ['stays with few lanes', { ...open, lanes: 3 }, '1.1', /too few come at once/],
    ['stays where both are as fast', open, '1.1', /HTTP\/2 is not faster/, 'all'],
    [
      'stays where each connection is bounded',
      { ...open, perConnection: { '1.1': 500, '2': 500 } },
      '1.1',
      /each transfer over HTTP\/2 is slower|3 times as long/,
    ],
    ['stays where connections share what there is', { ...open, total: 2000 }, '1.1', /slower|3 times as long/],
    [
      'takes HTTP/2 where that is faster',
      { ...open, perConnection: { '1.1': 500, '2': 1e6 } },
      '2',
      /HTTP\/2 is faster/,
      'all',
    ],
    [
      'takes HTTP/2 where that is faster, whatever the width is probed by',
      { ...open, fragments: 800, perConnection: { '1.1': 300, '2': 1e6 }, isProbed: true },
      '2',
      /HTTP\/2 is faster/,
      'all',
    ],
    [
      'stays where all over HTTP/2 are slower than few were',
      { ...open, lanes: 16, perConnection: { '1.1': 500, '2': 4500 } },
      '1.1',
      /not faster/,
      'all',
    ],
    [
      'takes HTTP/2 where connections are refused and it is as fast',
      { ...open, firstByteMs: 5, lanes: 6, refused: 3, perConnection: { '1.1': 500, '2': 3000 } },
      '2',
      /one of HTTP\/2 brings as much/,
      'all',
    ],
    [
      'stays where it is refused over HTTP/2, too',
      { ...open, refused: 3, http2: () => ({ type: 'refused' }) },
      '1.1',
      /refuses over HTTP\/2, too/,
    ],
    ['stays where it is not offered', { ...open, http2: () => 'declined' }, '1.1', /does not offer/],
    [
      'goes back when HTTP/2 breaks off',
      {
        ...open,
        perConnection: { '1.1': 500, '2': 1e6 },
        http2: (count) => (count === 150 ? { type: 'broken', why: 'RESET' } : undefined),
      },
      '1.1',
      /HTTP\/2 broke off \(RESET\)/,
    ],
  ];
  for (const [what, path, picked, why, of] of cases) {
    it(what, () => {
      const { decision, versions } = run(path);
      assert.match(decision.choice.why, why);
      assert.equal(decision.choice.picked, picked);
      if (of) assert.equal(decision.choice.mbps?.of, of);
      assert.equal(versions.at(-1), picked);
      assert.equal(versions.slice(0, path.lanes).includes('2'), false);
    });
  }

  it('tries HTTP/2 with a quarter of the lanes and a few fragments while the others go on', () => {
    const { versions, mostBoth } = run({ ...open, lanes: 12, perConnection: { '1.1': 500, '2': 500 } });
    assert.equal(mostBoth, 3);
    const tried = versions.filter((version) => version === '2').length;
    assert.ok(tried > 0 && tried <= 12, `${tried} fragments`);
  });

  it('does not wait for transfers that hardly come over HTTP/2', () => {
    const { decision, versions } = run({ ...open, perConnection: { '1.1': 500, '2': 10 } });
    assert.match(decision.choice.why, /more than 3 times as long/);
    assert.equal(versions.filter((version) => version === '2').length, 2);
  });

  it('does not wait for more of them when all are far slower than few were', () => {
    const lanes = 16;
    const { versions } = run({ ...open, lanes, perConnection: { '1.1': 500, '2': 2000 } });
    const tried = versions.filter((version) => version === '2').length;
    assert.ok(tried > lanes && tried <= 3 * lanes, `${tried} fragments`);
  });

  it('lets the connections of HTTP/1.1 make room only where they are refused', () => {
    assert.equal(run(open).hasMadeRoom, false);
    assert.equal(run({ ...open, refused: 1, lanes: 6 }).hasMadeRoom, true);
  });

  it('says what both brought', () => {
    const { mbps } = run({ ...open, perConnection: { '1.1': 500, '2': 1e6 } }).decision.choice;
    // 100 kB take 300 ms, and over HTTP/2 105 ms, eight at a time.
    assert.ok(mbps && Math.abs(mbps.http1 - 21.3) < 2 && Math.abs(mbps.http2 - 61) < 8, JSON.stringify(mbps));
  });
});
