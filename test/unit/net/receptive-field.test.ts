import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GraphNode } from '#lib/formats/graph.js';
import { createLayers } from '#lib/net/layer-of.js';
import { receptiveField, type Unit } from '#lib/net/receptive-field.js';
import { inferShapes } from '#lib/net/shapes.js';
import { NetBuilder, type TestNet } from '../../support/net-builder.js';
import { fireNet, inceptionNet, smallNets } from '../../support/nets.js';
import { randomNet } from '../../support/random-net.js';
import { Random } from '../../support/random.js';
import { backward, forward } from '../../support/reference.js';
import { count } from '../../support/reference-values.js';

/** ReLUs become the identity and maxima means, so that derivatives are 0 nowhere but where nothing depends. */
function smooth({ graph, weights }: TestNet): TestNet {
  const nodes = graph.nodes.map((node): GraphNode => {
    if (node.op === 'relu') return { ...node, op: 'dropout', rate: 0.5 };
    return node.op === 'maxPool' ? { ...node, op: 'averagePool', divisor: 'inside' } : node;
  });
  return { graph: { ...graph, nodes }, weights };
}

function geometryOf({ graph, weights }: TestNet) {
  return { graph, weights, shapes: inferShapes(graph, createLayers(graph, weights), 1) };
}

/** Compares the field of a unit drawn from a value with the support of its derivative. */
function comparing(net: TestNet, seed: number) {
  const { graph, weights } = smooth(net);
  const shape = [1, ...graph.input.shape];
  const values = forward(graph, weights, Float64Array.from(new Random(seed).normals(count(shape))), shape);
  const random = new Random(seed + 1);
  return (value: string) => {
    const [, channels, rows = 1, cols = 1] = values.get(value)!.shape as [number, number, number?, number?];
    const unit = {
      channel: random.integer(0, channels - 1),
      row: random.integer(0, rows - 1),
      col: random.integer(0, cols - 1),
    };
    const start = new Float64Array(values.get(value)!.data.length);
    start[(unit.channel * rows + unit.row) * cols + unit.col] = 1;
    const dx = backward(graph, weights, values, { value, start }, 'gradient').get(graph.input.name);
    const field = receptiveField(geometryOf(net), value, unit);
    assert.deepEqual(field, dx ? supportOf(dx, graph.input.shape) : null, `${value} ${JSON.stringify(unit)}`);
  };
}

/** The smallest rectangle outside of which [channels, rows, cols] is 0; null if that is nowhere. */
function supportOf(dx: Float64Array, [, rows, cols]: readonly number[]) {
  const places = [...dx.keys()].filter((i) => dx[i] !== 0);
  if (places.length === 0) return null;
  const [ys, xs] = [places.map((i) => Math.floor(i / cols!) % rows!), places.map((i) => i % cols!)];
  const [top, left] = [Math.min(...ys), Math.min(...xs)];
  return { top, left, rows: Math.max(...ys) - top + 1, cols: Math.max(...xs) - left + 1 };
}

describe('receptiveField', () => {
  it('is the support of the derivative, in nets drawn at random', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const net = randomNet(seed);
        const compare = comparing(net, seed);
        for (const { output } of net.graph.nodes) compare(output);
      }),
      { numRuns: 200 },
    );
  });

  for (const [name, make] of Object.entries(smallNets)) {
    it(`is the support of the derivative: ${name}`, () => {
      const net = make(5);
      const compare = comparing(net, 6);
      for (const { output } of net.graph.nodes) for (let unit = 0; unit < 8; unit++) compare(output);
    });
  }

  const fieldOf = (net: TestNet, value: string, unit: Unit) => receptiveField(geometryOf(net), value, unit);

  it('is that of the part of a concatenation in which the channel lies', () => {
    const field = (channel: number) => fieldOf(inceptionNet(), 'concat', { channel, row: 3, col: 2 });
    // The stem has 3 x 3 windows of stride 2 and pad 1: row 3 sees rows 5 to 7.
    assert.deepEqual(field(0), { top: 5, left: 3, rows: 3, cols: 3 }, '1 x 1');
    assert.deepEqual(field(3), { top: 3, left: 1, rows: 7, cols: 7 }, '3 x 3');
    assert.deepEqual(field(7), { top: 1, left: 0, rows: 11, cols: 10 }, '5 x 5, cut off at the left');
    assert.deepEqual(field(11), field(3), 'a pool of 3 x 3');
  });

  it('knows strides, dilation and pads that differ by hand', () => {
    const geometry = { stride: [2, 3], pad: [3, 0, 0, 0], dilation: [2, 1] } as const;
    const net = new NetBuilder([1, 12, 10], 1).conv('conv', 'x', [1, 1, 3, 2], geometry).build();
    // Row 0 has its taps at -3, -1 and 1, row 1 at -1, 1 and 3.
    assert.deepEqual(fieldOf(net, 'conv', { channel: 0, row: 0, col: 2 }), { top: 1, left: 6, rows: 1, cols: 2 });
    assert.deepEqual(fieldOf(net, 'conv', { channel: 0, row: 1, col: 0 }), { top: 1, left: 0, rows: 3, cols: 2 });
  });

  it('is null for a unit that sees nothing but padding', () => {
    const corner = { channel: 2, row: 0, col: 0 };
    assert.equal(fieldOf(fireNet(), 'conv10', corner), null);
    assert.equal(fieldOf(fireNet(), 'relu10', corner), null);
  });

  it('is one pixel for the input itself', () => {
    assert.deepEqual(fieldOf(fireNet(), 'x', { channel: 1, row: 4, col: 3 }), { top: 4, left: 3, rows: 1, cols: 1 });
  });

  it('is that of the pixel behind a feature of a flattened value', () => {
    const net = new NetBuilder([2, 4, 5], 1).conv('conv', 'x', [3, 2, 2, 2]).simple('flatten', 'flat', 'conv').build();
    const unit = { channel: (1 * 3 + 2) * 4 + 3, row: 0, col: 0 };
    assert.deepEqual(fieldOf(net, 'flat', unit), { top: 2, left: 3, rows: 2, cols: 2 });
  });
});
