import assert from 'node:assert/strict';
import { Places, type Place } from '../../../../src/engine/steering/places.ts';

const place = (pathway: string, turn = 1): Place => {
  const url = `https://${pathway}.example/${turn}`;
  return { id: `${pathway} ${turn}`, pathway, variant: { url, bandwidth: 1, isIframe: false }, renditions: [] };
};
const [a, b, c] = [place('A'), place('B'), place('C')];

describe('Places', () => {
  it('stay with the one in use, whatever is wanted, until it fails or is withdrawn', () => {
    const places = new Places();
    places.list([a, b, c]);
    assert.equal(places.next, a);
    assert.equal(places.use(a), false, 'the first is no move');
    places.list([c, b, a]);
    assert.equal(places.next, a);
    assert.deepEqual(places.wantedMore, [c, b]);
    assert.equal(places.fail(), true);
    assert.equal(places.next, c);
    assert.equal(places.use(c), true);
    places.list([b, a]);
    assert.equal(places.next, b, 'C is withdrawn, A has failed');
    assert.deepEqual(places.wantedMore, [b]);
  });

  it('fail one after the other, the last one stays', () => {
    const places = new Places();
    places.list([a, b]);
    places.use(a);
    assert.equal(places.fail(b.id), true);
    assert.equal(places.fail(), false);
    assert.equal(places.next, a);
    assert.deepEqual(places.wantedMore, []);
  });

  it('take the addresses of today', () => {
    const places = new Places();
    places.list([a, b]);
    places.use(a);
    const renewed = { ...a, variant: { ...a.variant, url: 'https://a.example/?token=2' } };
    places.list([b, renewed]);
    assert.equal(places.next, renewed);
  });
});
