import assert from 'node:assert/strict';
import type { HostTensor } from '#lib/formats/model.js';
import { importBench } from '../../support/bench.js';
import { NetBuilder, type TestNet } from '../../support/net-builder.js';

interface Layer {
  readonly name: string;
  readonly flops: number;
  readonly bytes: number;
}
interface Floor {
  weightedLayers(model: TestNet, shapes: ReadonlyMap<string, readonly number[]>): Layer[];
  floorMs(layers: readonly Layer[], one: object, machine: { flops: number; bandwidth: number }): number;
}

describe('bench/measure/floor', () => {
  let floor: Floor;
  before(async () => (floor = await importBench<Floor>('measure', 'floor.js')));

  /** One is bound by its multiplications for any batch, the other by its weights up to a batch of five. */
  const layers = [
    { name: 'convolution', flops: 1000, bytes: 4 },
    { name: 'matrix', flops: 100, bytes: 500 },
  ];
  const machine = { flops: 1e6, bandwidth: 1e6 };

  it('each layer takes the longer of multiplying and reading its weights, forward and backward', () => {
    assert.equal(floor.floorMs(layers, { work: 'maps', batch: 1, classes: 1 }, machine), 2 * (1 + 0.5));
    assert.equal(floor.floorMs(layers, { work: 'maps', batch: 10, classes: 1 }, machine), 2 * (10 + 1));
  });

  it('several classes of one input share its forward pass', () => {
    const ms = floor.floorMs(layers, { work: 'classes', batch: 1, classes: 10 }, machine);
    assert.ok(Math.abs(ms - (1 + 0.5 + 10 + 1)) < 1e-9, String(ms));
  });

  it('a forward pass alone has no backward pass', () => {
    assert.equal(floor.floorMs(layers, { work: 'scores', batch: 1, classes: 1 }, machine), 1.5);
  });

  it('counts convolutions and matrices of a net, and nothing else', () => {
    const net = new NetBuilder([2, 3, 3], 1)
      .conv('c', 'x', [4, 2, 3, 3], { pad: [1, 1, 1, 1] })
      .relu('r', 'c')
      .linear('l', 'r', [5, 36])
      .build();
    const shapes = new Map([
      ['x', [2, 3, 3]],
      ['c', [4, 3, 3]],
      ['r', [4, 3, 3]],
      ['l', [5]],
    ]);
    // Along one axis of 3 pixels with a rim: 2 + 3 + 2 taps.
    const expected = [
      { name: 'c', flops: 2 * 4 * 2 * 7 * 7, bytes: 4 * weight(net, 'c') },
      { name: 'l', flops: 2 * 5 * 36, bytes: 4 * weight(net, 'l') },
    ];
    assert.deepEqual(floor.weightedLayers(net, shapes), expected);
  });

  function weight({ weights }: { weights: ReadonlyMap<string, HostTensor> }, layer: string): number {
    return weights.get(`${layer}.weight`)!.data.length;
  }
});
