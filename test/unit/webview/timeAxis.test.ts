import assert from 'node:assert/strict';
import { TimeAxis } from '../../../src/webview/timeAxis.ts';

function axisOf(fromUs: number, toUs: number): TimeAxis {
  const axis = new TimeAxis();
  axis.reset({ fromUs, toUs });
  return axis;
}

describe('time axis', () => {
  it('shows everything at first, and never what is outside', () => {
    const axis = axisOf(0, 1000);
    assert.deepEqual(axis.visible, { fromUs: 0, toUs: 1000 });
    axis.show({ fromUs: 900, toUs: 1100 });
    assert.deepEqual(axis.visible, { fromUs: 800, toUs: 1000 });
    axis.show({ fromUs: -50, toUs: 50 });
    assert.deepEqual(axis.visible, { fromUs: 0, toUs: 100 });
    axis.show({ fromUs: -1000, toUs: 9000 });
    assert.deepEqual(axis.visible, { fromUs: 0, toUs: 1000 });
  });

  it('shows no stretch too short for its numbers', () => {
    const axis = axisOf(0, 1000);
    axis.show({ fromUs: 500, toUs: 500 });
    assert.ok(axis.visible.toUs > axis.visible.fromUs);
  });

  it('makes room for what a pane knows beyond the samples, and keeps a zoom', () => {
    const axis = axisOf(0, 1000);
    axis.extend({ fromUs: -200, toUs: 500 });
    assert.deepEqual(axis.visible, { fromUs: -200, toUs: 1000 });
    axis.show({ fromUs: 100, toUs: 200 });
    axis.extend({ fromUs: 0, toUs: 5000 });
    assert.deepEqual(axis.whole, { fromUs: -200, toUs: 5000 });
    assert.deepEqual(axis.visible, { fromUs: 100, toUs: 200 });
  });

  it('tells every change, and nothing when there is none', () => {
    const axis = axisOf(0, 1000);
    let told = 0;
    const end = axis.subscribe(() => (told += 1));
    axis.show({ fromUs: 0, toUs: 1000 });
    axis.point(undefined);
    assert.equal(told, 0);
    axis.show({ fromUs: 0, toUs: 10 });
    axis.point(5);
    axis.select({ fromUs: 2, toUs: 3 });
    assert.equal(told, 3);
    end();
    axis.select(undefined);
    assert.equal(told, 3);
  });

  it('has nothing to show where nothing has times', () => {
    const axis = new TimeAxis();
    axis.show({ fromUs: 1, toUs: 2 });
    assert.equal(axis.whole, undefined);
    axis.extend({ fromUs: 5, toUs: 9 });
    assert.deepEqual(axis.visible, { fromUs: 5, toUs: 9 });
  });
});
