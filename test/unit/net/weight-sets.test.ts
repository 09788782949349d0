import assert from 'node:assert/strict';
import { weightSets } from '#lib/net/weight-sets.js';
import { fireNet, repeatedNet, residualNet } from '../../support/nets.js';

describe('weightSets', () => {
  it('go from the scores to the input, without layers that have no weights', () => {
    const names = weightSets(fireNet().graph).map(([{ name }]) => name);
    assert.deepEqual(names, ['conv10', 'expand3', 'expand1', 'squeeze', 'conv1']);
  });

  it('know scale and shift as weight and bias', () => {
    const sets = weightSets(residualNet().graph);
    assert.deepEqual(
      sets.find(([{ name }]) => name === 'norm'),
      [{ name: 'norm', weight: 'norm.scale', bias: 'norm.shift' }],
    );
  });

  it('are one set where nodes share their weights, at the place of the last of them', () => {
    const names = (weights: 'shared' | 'copied') =>
      weightSets(repeatedNet(weights).graph).map((set) => set.map(({ name }) => name));
    assert.deepEqual(names('shared'), [['fc'], ['conv3', 'conv2', 'conv1']]);
    assert.deepEqual(names('copied'), [['fc'], ['conv3'], ['conv2'], ['conv1']]);
  });
});
