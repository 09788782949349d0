import assert from 'node:assert/strict';
import { checkGraph } from '#lib/formats/graph-check.js';
import { orderNodes } from '#lib/formats/graph-order.js';
import type { Graph, GraphNode } from '#lib/formats/graph.js';
import type { HostTensor } from '#lib/formats/model.js';
import { smallNets } from '../../support/nets.js';

const relu = (name: string, input: string, output = name): GraphNode => ({ op: 'relu', name, inputs: [input], output });

function graph(nodes: readonly GraphNode[], output = nodes[nodes.length - 1]?.output ?? 'x'): Graph {
  return { input: { name: 'x', shape: [1, 2, 2] }, nodes, output };
}

function assertBroken(broken: Graph, message: RegExp, weights: ReadonlyMap<string, HostTensor> = new Map()): void {
  assert.throws(() => checkGraph('net.safetensors', broken, weights), { code: 'ERR_FORMAT', message });
}

describe('checkGraph', () => {
  it('accepts every small net of the tests', () => {
    for (const net of Object.values(smallNets)) checkGraph('net', net().graph, net().weights);
  });

  it('names the nodes of a cycle', () => {
    const nodes = [relu('a', 'c'), relu('b', 'a'), relu('c', 'b')];
    assertBroken(graph(nodes), /net\.safetensors: the graph must have no cycle, .*"a" <- "c" <- "b" <- "a"/);
    assertBroken(graph([relu('self', 'self')]), /"self" <- "self"/);
  });

  it('refuses an unknown input and proposes the nearest value', () => {
    assertBroken(graph([relu('conv1', 'x'), relu('b', 'conv2')]), /node "b" reads "conv2", .*did you mean "conv1"\?/);
  });

  it('refuses a node that comes before its input', () => {
    assertBroken(graph([relu('b', 'a'), relu('a', 'x')], 'b'), /node "b" reads "a" before it is computed; list "a"/);
  });

  it('refuses two nodes of one name, two sources of one value, and a second input value', () => {
    assertBroken(graph([relu('a', 'x', 'y'), relu('a', 'y', 'z')]), /two nodes are called "a"/);
    assertBroken(
      graph([relu('a', 'x', 'y'), relu('b', 'x', 'y')]),
      /value "y" must have one source, nodes "a" and "b"/,
    );
    assertBroken(graph([relu('a', 'x', 'x')]), /node "a" computes the input, "x"/);
  });

  it('refuses an output that nothing computes', () => {
    assertBroken(graph([relu('scores', 'x')], 'score'), /the output "score" .*did you mean "scores"\?/);
  });

  it('refuses missing weights and weights of the wrong rank', () => {
    const node: GraphNode = { op: 'linear', name: 'fc', inputs: ['x'], output: 'fc', weight: 'fc.w', bias: 'fc.b' };
    const matrix = { shape: [3, 4], data: new Float32Array(12) };
    assertBroken(graph([node]), /node "fc" \(linear\) needs the weight "fc\.w", which the file does not hold/);
    assertBroken(
      graph([node]),
      /"fc\.b" with 1 axes, its shape is \[3, 4\]/,
      new Map([
        ['fc.w', matrix],
        ['fc.b', matrix],
      ]),
    );
  });

  it('refuses the wrong number of inputs', () => {
    assertBroken(
      graph([{ op: 'add', name: 'a', inputs: ['x'], output: 'a' }]),
      /"a" \(add\) must have two or more inputs, got 1/,
    );
    assertBroken(graph([{ ...relu('r', 'x'), inputs: ['x', 'x'] }]), /"r" \(relu\) must have one input, got 2/);
  });

  it('refuses an input of 4 GB', () => {
    const huge = { ...graph([relu('a', 'x')]), input: { name: 'x', shape: [3, 2 ** 32, 1] as const } };
    assertBroken(huge, /the input must be \[channels, rows, cols\] of a sensible size, got \[3, 4294967296, 1\]/);
  });
});

describe('orderNodes', () => {
  const node = (name: string, ...inputs: string[]) => ({ name, inputs, outputs: [name] });
  const names = (nodes: readonly { name: string }[]) => nodes.map(({ name }) => name).join(' ');

  it('keeps an order that is right already', () => {
    const nodes = [node('a', 'x'), node('b', 'x'), node('c', 'b', 'a')];
    assert.equal(names(orderNodes('f', nodes)), 'a b c');
  });

  it('puts nodes behind what they read', () => {
    assert.equal(names(orderNodes('f', [node('c', 'b', 'a'), node('b', 'a'), node('a', 'x')])), 'a b c');
  });

  it('orders a chain of 100,000 nodes that stands upside down', () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => node(`n${i}`, `n${i + 1}`));
    assert.equal(orderNodes('f', nodes)[0]!.name, 'n99999');
  });
});
