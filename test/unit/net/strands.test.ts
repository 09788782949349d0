import assert from 'node:assert/strict';
import { createLayers } from '#lib/net/layer-of.js';
import { strandsFor } from '#lib/net/strands.js';
import { NetBuilder } from '../../support/net-builder.js';

/** Of one layer with so many numbers. */
function layers(parameters: number) {
  const { graph, weights } = new NetBuilder([parameters, 1, 1], 1).conv('y', 'x', [1, parameters, 1, 1]).build();
  return createLayers(graph, weights);
}

describe('strandsFor', () => {
  const [small, large] = [layers(100), layers(2 ** 23)];
  const two = { kind: 'cpu', threads: 2 } as const;

  it('is one for each image where the threads have nearly as many each', () => {
    assert.deepEqual(
      [2, 10, 32, 21, 17, 3, 1].map((n) => strandsFor(n, two, small)),
      [2, 10, 32, 21, 1, 1, 1],
    );
    assert.deepEqual(
      [4, 10, 32].map((n) => strandsFor(n, { kind: 'cpu', threads: 16 }, small)),
      [1, 1, 32],
    );
  });

  it('is 1 of more than 32 MB of weights, of one thread and of other devices', () => {
    assert.equal(strandsFor(10, two, large), 1);
    assert.equal(strandsFor(10, { kind: 'cpu', threads: 1 }, small), 1);
    assert.equal(strandsFor(10, { kind: 'cuda', threads: 2 }, small), 1);
  });
});
