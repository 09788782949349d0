import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Graph } from '#lib/formats/graph.js';
import { createLayers } from '#lib/net/layer-of.js';
import { receptiveField } from '#lib/net/receptive-field.js';
import { receptiveFields } from '#lib/net/receptive-fields.js';
import { inferShapes } from '#lib/net/shapes.js';
import { NetBuilder, type TestNet } from '../../support/net-builder.js';
import { inceptionNet, smallNets } from '../../support/nets.js';
import { randomNet } from '../../support/random-net.js';

function geometryOf({ graph, weights }: TestNet) {
  return { graph, weights, shapes: inferShapes(graph, createLayers(graph, weights), 1) };
}

/** Units in the corners and the middle of every channel. */
function unitsOf([, channels, rows = 1, cols = 1]: readonly number[]) {
  const places = [0, 0.5, 1].map((share) => [Math.floor(share * (rows - 1)), Math.floor(share * (cols - 1))] as const);
  const all = Array.from({ length: channels! }, (_, channel) => places.map(([row, col]) => ({ channel, row, col })));
  return all.flat();
}

function assertSameFields(net: TestNet): void {
  const geometry = geometryOf(net);
  for (const { output } of net.graph.nodes) {
    const fieldOf = receptiveFields(geometry, output);
    for (const unit of unitsOf(geometry.shapes.get(output)!)) {
      assert.deepEqual(fieldOf(unit), receptiveField(geometry, output, unit), `${output} ${JSON.stringify(unit)}`);
    }
  }
}

describe('receptiveFields', () => {
  it('are those of each unit, in nets drawn at random', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => assertSameFields(randomNet(seed))),
      { numRuns: 100 },
    );
  });

  for (const [name, make] of Object.entries(smallNets)) {
    it(`are those of each unit: ${name}`, () => assertSameFields(make(5)));
  }

  it('tell what is read directly from what is read through a pool', () => {
    const net = new NetBuilder([2, 6, 6], 1).conv('conv', 'x', [2, 2, 1, 1]).maxPool('pool', 'conv', [3, 3], {
      ...{ stride: [1, 1], pad: [1, 1, 1, 1] },
    });
    assertSameFields(net.simple('concat', 'both', 'conv', 'pool').build());
  });

  it('look once for the channels of one convolution at one place', () => {
    const geometry = geometryOf(inceptionNet());
    const nodes = geometry.graph.nodes;
    let walks = 0;
    const graph: Graph = {
      ...geometry.graph,
      get nodes() {
        // A walk goes backwards through a copy.
        return Object.assign([...nodes], { [Symbol.iterator]: () => (walks++, nodes[Symbol.iterator]()) });
      },
    };
    const fieldOf = receptiveFields({ ...geometry, graph }, 'concat');
    for (let channel = 0; channel < 12; channel++) fieldOf({ channel, row: 3, col: 2 });
    assert.equal(walks, 4, 'branches');
    fieldOf({ channel: 0, row: 3, col: 3 });
    assert.equal(walks, 5);
  });

  it('belong to who asked', () => {
    const fieldOf = receptiveFields(geometryOf(inceptionNet()), 'concat');
    const unit = { channel: 0, row: 3, col: 2 };
    Object.assign(fieldOf(unit)!, { top: -1 });
    assert.equal(fieldOf(unit)!.top, 5);
  });
});
