import assert from 'node:assert/strict';
import { importBench } from '../../support/bench.js';

interface Flops {
  convolutionFlops(product: Record<string, readonly number[]>): number;
  linearFlops(product: Record<string, readonly number[]>): number;
}

describe('bench/measure/flops', () => {
  let flops: Flops;
  before(async () => (flops = await importBench<Flops>('measure', 'flops.js')));

  it('counts a convolution without padding as two per output and tap', () => {
    const [x, output] = [
      [2, 3, 11, 11],
      [2, 64, 1, 1],
    ];
    const product = { x, weights: [64, 3, 11, 11], output, stride: [4, 4], pad: [0, 0, 0, 0], dilation: [1, 1] };
    assert.equal(flops.convolutionFlops(product), 2 * 2 * 64 * 3 * 121);
  });

  it('leaves out the taps that read padding', () => {
    // A 3 x 3 filter on 2 x 2 pixels with a rim of one: every output reads the four pixels.
    const [x, output] = [
      [1, 1, 2, 2],
      [1, 1, 2, 2],
    ];
    const product = { x, weights: [1, 1, 3, 3], output, stride: [1, 1], pad: [1, 1, 1, 1], dilation: [1, 1] };
    assert.equal(flops.convolutionFlops(product), 2 * 4 * 4);
  });

  it('counts a grouped and dilated convolution by the channels and pixels that it reads', () => {
    const [x, output] = [
      [1, 4, 1, 5],
      [1, 4, 1, 3],
    ];
    const product = { x, weights: [4, 2, 1, 2], output, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 2] };
    assert.equal(flops.convolutionFlops(product), 2 * 4 * 2 * 3 * 2);
  });

  it('counts a matrix as two per weight and row', () => {
    assert.equal(flops.linearFlops({ x: [10, 9216], weights: [4096, 9216] }), 2 * 10 * 4096 * 9216);
  });
});
