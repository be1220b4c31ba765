import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type Lab, type UrlOptions } from '../../../origin/lab.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

type Validator = UrlOptions['etag'];

/** How a fragment is interrupted, what the origin makes of the wish for its rest, and whether the rest is wished for. */
interface Interruption {
  what: string;
  etag: Validator;
  first: Omit<Fault, 'index'>;
  rest?: Omit<Fault, 'index'>;
  /** The rest was taken, so the fragment came over the network about once. */
  isContinued: boolean;
}

const cut: Omit<Fault, 'index'> = { kind: 'truncate', times: 1, afterBytes: 100_000 };
const strong = { etag: 'strong', first: cut, isContinued: false } as const;
const ofRest = (kind: Fault['kind'], settings: Partial<Fault> = {}): Omit<Fault, 'index'> => ({
  kind,
  when: 'range',
  ...settings,
});

const interruptions: Interruption[] = [
  { what: 'a strong ETag', ...strong, isContinued: true },
  { what: 'the time of the last change', ...strong, etag: 'modified', isContinued: true },
  { what: 'a weak ETag', ...strong, etag: 'weak' },
  { what: 'nothing to know it by', ...strong, etag: false },
  { what: 'a reset', ...strong, first: { ...cut, kind: 'reset-midway' }, isContinued: true },
  { what: 'a body in chunks', ...strong, first: { ...cut, kind: 'truncate-chunked' }, isContinued: true },
  { what: 'a stall', ...strong, first: { ...cut, kind: 'stall' }, isContinued: true },
  { what: 'an origin that ignores ranges', ...strong, rest: ofRest('range-ignored') },
  { what: 'an ETag that changes at each answer', ...strong, rest: ofRest('etag-changes') },
  { what: 'a rest that starts elsewhere', ...strong, rest: ofRest('range-wrong', { delta: 188 }) },
  { what: 'a rest that starts earlier', ...strong, rest: ofRest('range-wrong', { delta: -188 }) },
  { what: 'a rest without its range', ...strong, rest: ofRest('range-bare') },
  { what: 'a rest in parts', ...strong, rest: ofRest('range-multipart') },
  { what: 'a rest of something longer', ...strong, rest: ofRest('range-grown') },
  { what: 'a rest that is refused', ...strong, rest: ofRest('range-refused') },
  { what: 'a rest that answers 500', ...strong, rest: ofRest('status', { status: 500, times: 2 }), isContinued: false },
  { what: 'a rest that is a page', ...strong, rest: ofRest('html', { contentType: 'media' }) },
  { what: 'a rest in gzip', ...strong, rest: ofRest('gzip') },
  // The beginning is of other bytes: to put both together would be a wrong file.
  { what: 'another version since', ...strong, first: { ...cut, kind: 'outdated' } },
  {
    what: 'another version since, and If-Range ignored',
    ...strong,
    first: { ...cut, kind: 'outdated' },
    rest: ofRest('range-stale'),
  },
  {
    what: 'another version since, known by its time',
    ...strong,
    etag: 'modified',
    first: { ...cut, kind: 'outdated' },
  },
  { what: 'another version since, known by nothing', ...strong, etag: false, first: { ...cut, kind: 'outdated' } },
  { what: 'another version since, a weak ETag', ...strong, etag: 'weak', first: { ...cut, kind: 'outdated' } },
];

describe('engine: an interrupted fragment', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  for (const { what, etag, first, rest, isContinued } of interruptions) {
    it(`${isContinued ? 'goes on' : 'is right'} with ${what}`, async () => {
      const session = randomUUID();
      const faults = [first, ...(rest === undefined ? [] : [rest])].map((fault) => ({ ...fault, index: 3 }));
      const url = lab.url('small', { fragments: 6, session, faults, etag: etag ?? false });
      const { receipt } = await downloadTo(url, { limits: shortLimits });
      assert.equal(
        receipt.output?.sha256,
        (await lab.digest('small', { fragments: 6 })).sha256,
        receipt.error?.message,
      );
      const asked = (await lab.requests(session)).filter(({ path }) => path.endsWith('f000003.ts'));
      assert.ok(asked.length >= 2 && asked.length <= 4, `${asked.length} requests`);
      const { bytes = 0, received = 0 } = receipt.perFragment.find(({ index }) => index === 3) ?? {};
      if (!isContinued) return;
      assert.deepEqual(
        asked.map(({ range }) => range),
        [undefined, 'bytes=100000-'],
      );
      assert.equal(received, bytes);
    });
  }

  it('of a byte range goes on within the range', async () => {
    const session = randomUUID();
    const faults = [{ ...cut, index: 3 }];
    const { receipt } = await downloadTo(lab.url('byterange', { session, faults, etag: true }), {
      limits: shortLimits,
    });
    assert.equal(receipt.output?.sha256, (await lab.digest('byterange')).sha256, receipt.error?.message);
    const fragment = receipt.perFragment[3];
    assert.equal(fragment?.received, fragment?.bytes);
  });

  it('goes on in what is encrypted', async () => {
    const faults = [{ ...cut, index: 3, afterBytes: 99_999 }];
    const { receipt } = await downloadTo(lab.url('aes-iv', { faults, etag: true }), { limits: shortLimits });
    assert.equal(receipt.output?.sha256, (await lab.digest('aes-iv')).sha256, receipt.error?.message);
    const { bytes = 0, received = 0 } = receipt.perFragment[3] ?? {};
    assert.ok(received - bytes <= 16, `${received} of ${bytes}`);
  });
});
