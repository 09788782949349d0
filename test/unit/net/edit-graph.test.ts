import assert from 'node:assert/strict';
import type { Graph, GraphNode } from '#lib/formats/graph.js';
import { classConvolution, fusableRelus, scoredGraph, trimmed } from '#lib/net/edit-graph.js';
import { fireNet, readBeforeReluNet } from '../../support/nets.js';

const node = (op: 'relu' | 'softmax' | 'flatten' | 'add', name: string, ...inputs: string[]): GraphNode => ({
  op,
  name,
  inputs,
  output: name,
});
const linear = (name: string, input: string): GraphNode => ({
  op: 'linear',
  name,
  inputs: [input],
  output: name,
  weight: 'w',
  bias: null,
});
const graph = (output: string, ...nodes: GraphNode[]): Graph => ({
  input: { name: 'x', shape: [1, 1, 1] },
  nodes,
  output,
});
const names = ({ nodes }: Graph) => nodes.map(({ name }) => name);

describe('trimmed', () => {
  it('cuts a soft-max at the end, so that the scores are those before it', () => {
    const cut = trimmed(graph('p', linear('fc', 'x'), node('softmax', 'p', 'fc')));
    assert.equal(cut.output, 'fc');
    assert.deepEqual(names(cut), ['fc']);
  });

  it('finds it before a flatten, too', () => {
    assert.equal(
      trimmed(graph('f', linear('fc', 'x'), node('softmax', 'p', 'fc'), node('flatten', 'f', 'p'))).output,
      'fc',
    );
  });

  it('keeps a soft-max that layers follow', () => {
    const whole = graph('fc', node('softmax', 'p', 'x'), linear('fc', 'p'));
    assert.deepEqual(trimmed(whole), whole);
  });

  it('drops what does not lead to the scores', () => {
    assert.deepEqual(names(trimmed(graph('a', linear('a', 'x'), linear('aside', 'x')))), ['a']);
  });
});

describe('scoredGraph', () => {
  it("adds a soft-max for 'posterior' and leaves the scores where they are", () => {
    const { graph: posterior, scored } = scoredGraph(graph('fc', linear('fc', 'x')), 'posterior');
    assert.equal(posterior.output, 'fc');
    assert.deepEqual(posterior.nodes.at(-1), { op: 'softmax', name: scored, inputs: ['fc'], output: scored });
  });

  it('takes a name that is free', () => {
    const { scored } = scoredGraph(graph('posteriors', linear('posteriors', 'x')), 'posterior');
    assert.notEqual(scored, 'posteriors');
  });

  it("repeats what follows the last ReLU beside it for 'unclipped'", () => {
    const { graph: unclipped, scored } = scoredGraph(fireNet().graph, 'unclipped');
    assert.equal(unclipped.output, 'pool10');
    assert.deepEqual(unclipped.nodes.at(-1), {
      op: 'globalAveragePool',
      name: scored,
      inputs: ['conv10'],
      output: scored,
    });
  });

  it("leaves a net without a ReLU after its last weights alone for 'unclipped'", () => {
    const whole = readBeforeReluNet().graph;
    assert.deepEqual(scoredGraph(whole, 'unclipped'), { graph: whole, scored: 'fc' });
  });
});

describe('classConvolution', () => {
  it('is the last convolution where ReLU and pools alone follow, of the unclipped scores too', () => {
    const { graph: fire } = fireNet();
    assert.equal(classConvolution({ graph: fire, scored: fire.output }), 'conv10');
    assert.equal(classConvolution(scoredGraph(fire, 'unclipped')), 'conv10');
  });

  it('is null where a matrix or a soft-max mixes the channels', () => {
    assert.equal(classConvolution({ graph: readBeforeReluNet().graph, scored: 'fc' }), null);
    assert.equal(classConvolution(scoredGraph(fireNet().graph, 'posterior')), null);
  });
});

describe('fusableRelus', () => {
  it('gives the ReLU of values that it alone reads', () => {
    assert.equal(fusableRelus(fireNet().graph).get('squeeze'), 'relu_squeeze');
  });

  it('leaves out a value that something else reads', () => {
    assert.equal(fusableRelus(readBeforeReluNet().graph).size, 0);
  });

  it('leaves out the scores themselves', () => {
    assert.equal(fusableRelus(graph('fc', linear('fc', 'x'), node('relu', 'r', 'fc'))).size, 0);
  });

  it('leaves out values that no weights make', () => {
    const sum = graph('r', node('add', 'a', 'x', 'x'), node('relu', 'r', 'a'));
    assert.equal(fusableRelus(sum).size, 0);
  });
});
