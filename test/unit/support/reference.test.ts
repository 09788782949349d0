import assert from 'node:assert/strict';
import type { GraphNode } from '#lib/formats/graph.js';
import { assertClose } from '../../support/close.js';
import { smallNets } from '../../support/nets.js';
import { NetBuilder, type TestNet } from '../../support/net-builder.js';
import { Random } from '../../support/random.js';
import { backward, forward, type ReluRule, type Value } from '../../support/reference.js';

const none = [0, 0, 0, 0] as const;

function oneNode(node: Partial<GraphNode>, shape: [number, number, number], weights = {}): TestNet {
  const whole = { name: 'node', inputs: ['x'], output: 'y', ...node } as GraphNode;
  return {
    graph: { input: { name: 'x', shape }, nodes: [whole], output: 'y' },
    weights: new Map(
      Object.entries(weights as Record<string, { shape: number[]; data: number[] }>).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float32Array.from(data) },
      ]),
    ),
  };
}

function run(net: TestNet, x: number[], n = 1): Value {
  return forward(net.graph, net.weights, Float64Array.from(x), [n, ...net.graph.input.shape]).get(net.graph.output)!;
}

function gradient(net: TestNet, x: number[], start: number[], rule: ReluRule = 'gradient'): number[] {
  const values = forward(net.graph, net.weights, Float64Array.from(x), [1, ...net.graph.input.shape]);
  const target = { value: net.graph.output, start: Float64Array.from(start) };
  return [...backward(net.graph, net.weights, values, target, rule).get('x')!];
}

const conv = { op: 'conv', weight: 'w', bias: null, stride: [1, 1], pad: none, dilation: [1, 1], groups: 1 } as const;

describe('the float64 reference, by hand', () => {
  it('correlates, it does not convolve: x=[1,1,3] k=[1,2] gives w0 x0 + w1 x1', () => {
    const net = oneNode(conv, [1, 1, 3], { w: { shape: [1, 1, 1, 2], data: [10, 1] } });
    assert.deepEqual([...run(net, [1, 2, 3]).data], [12, 23]);
    assert.deepEqual(gradient(net, [1, 2, 3], [1, 100]), [10, 1001, 100]);
  });

  it('pads top, left, bottom, right by their own numbers: x=[1,1,2] pad=[0,1,0,2] k=[1,2]', () => {
    const net = oneNode({ ...conv, pad: [0, 1, 0, 2] }, [1, 1, 2], { w: { shape: [1, 1, 1, 2], data: [10, 1] } });
    assert.deepEqual([...run(net, [3, 5]).data], [3, 35, 50, 0]);
  });

  it('dilates and strides: x=[1,1,7] k=[1,2] dilation 3 stride 2', () => {
    const node = { ...conv, stride: [1, 2], dilation: [1, 3] } as const;
    const net = oneNode(node, [1, 1, 7], { w: { shape: [1, 1, 1, 2], data: [10, 1] } });
    assert.deepEqual([...run(net, [1, 2, 3, 4, 5, 6, 7]).data], [14, 36]);
  });

  it('keeps groups apart and adds the bias: x=[2,1,1] groups 2', () => {
    const weights = { w: { shape: [2, 1, 1, 1], data: [2, 3] }, b: { shape: [2], data: [100, 200] } };
    const net = oneNode({ ...conv, groups: 2, bias: 'b' }, [2, 1, 1], weights);
    assert.deepEqual([...run(net, [5, 7]).data], [110, 221]);
    assert.deepEqual(gradient(net, [5, 7], [1, 10]), [2, 30]);
  });

  it('flattens channels, rows, cols for a linear layer', () => {
    const net = oneNode({ op: 'linear', weight: 'w', bias: null }, [2, 1, 2], {
      w: { shape: [1, 4], data: [1000, 100, 10, 1] },
    });
    assert.deepEqual(run(net, [1, 2, 3, 4]), { shape: [1, 1], data: Float64Array.of(1234) });
  });

  const pool = { op: 'maxPool', kernel: [2, 2], stride: [2, 2], pad: none, rounding: 'floor' } as const;

  it('takes the first maximum in row-major order', () => {
    const net = oneNode(pool, [1, 2, 2]);
    assert.deepEqual([...run(net, [0, 7, 7, 7]).switches!], [1]);
    assert.deepEqual(gradient(net, [0, 7, 7, 7], [5]), [0, 5, 0, 0]);
  });

  it('adds where two windows share a maximum: x=[1,1,3] k=[1,2] s=1', () => {
    const net = oneNode({ ...pool, kernel: [1, 2], stride: [1, 1] }, [1, 1, 3]);
    assert.deepEqual(gradient(net, [1, 9, 2], [3, 4]), [0, 7, 0]);
  });

  it('never takes padding for a maximum: all inputs negative, pad 1', () => {
    const net = oneNode({ ...pool, pad: [1, 1, 1, 1] }, [1, 2, 2]);
    assert.deepEqual([...run(net, [-1, -2, -3, -4]).data], [-1, -2, -3, -4]);
  });

  it('rounds up as Caffe does, and drops a window that would start in the padding behind the input', () => {
    const width = (cols: number, right: number, kernel: number, stride: number): number => {
      const node = {
        ...pool,
        kernel: [1, kernel],
        stride: [1, stride],
        pad: [0, 0, 0, right],
        rounding: 'ceil',
      } as const;
      return run(oneNode(node, [1, 1, cols]), new Array<number>(cols).fill(1)).shape[3]!;
    };
    assert.equal(width(6, 0, 3, 2), 3);
    assert.equal(width(5, 0, 3, 2), 2);
    assert.equal(width(4, 1, 1, 2), 2, 'a third window would start at column 4');
  });

  it('divides a mean by the pixels inside, or by those of input and padding: x=[1,1,3] k=[1,3] pad 1', () => {
    const node = { ...pool, op: 'averagePool', kernel: [1, 3], stride: [1, 2], pad: [0, 1, 0, 1] } as const;
    assert.deepEqual([...run(oneNode({ ...node, divisor: 'inside' }, [1, 1, 3]), [6, 12, 3]).data], [9, 7.5]);
    assert.deepEqual([...run(oneNode({ ...node, divisor: 'padded' }, [1, 1, 3]), [6, 12, 3]).data], [6, 5]);
    assert.deepEqual(gradient(oneNode({ ...node, divisor: 'padded' }, [1, 1, 3]), [6, 12, 3], [3, 6]), [1, 3, 2]);
  });

  it('normalises by alpha / size: LRN of one channel, size 3, alpha 3, beta 1, k 1', () => {
    const net = oneNode({ op: 'lrn', size: 3, alpha: 3, beta: 1, k: 1 }, [1, 1, 1]);
    assert.deepEqual([...run(net, [2]).data], [2 / 5]);
    assertClose(gradient(net, [2], [1]), [1 / 5 - (2 * 4) / 25], { atol: 1e-15, rtol: 0 });
  });

  it('sums a window of channels centred on its own: LRN size 3, alpha 3, beta 1, k 0 of [1, 1, 2]', () => {
    const net = oneNode({ op: 'lrn', size: 3, alpha: 3, beta: 1, k: 0 }, [3, 1, 1]);
    assert.deepEqual([...run(net, [1, 1, 2]).data], [1 / 2, 1 / 6, 2 / 5]);
  });

  it('scales and shifts by channel', () => {
    const weights = { s: { shape: [2], data: [2, 3] }, t: { shape: [2], data: [10, 20] } };
    const net = oneNode({ op: 'scaleShift', scale: 's', shift: 't' }, [2, 1, 2], weights);
    assert.deepEqual([...run(net, [1, 2, 3, 4]).data], [12, 14, 29, 32]);
    assert.deepEqual(gradient(net, [1, 2, 3, 4], [1, 1, 1, 1]), [2, 2, 3, 3]);
  });

  it('gives posteriors and their derivative: soft-max of [0, ln 3]', () => {
    const net = oneNode({ op: 'softmax' }, [2, 1, 1]);
    assertClose(run(net, [0, Math.log(3)]).data, [1 / 4, 3 / 4], { atol: 1e-15, rtol: 0 });
    assertClose(gradient(net, [0, Math.log(3)], [0, 1]), [-3 / 16, 3 / 16], { atol: 1e-15, rtol: 0 });
  });

  it('concatenates channels image by image and divides the gradient likewise', () => {
    const net = new NetBuilder([1, 1, 2], 1).simple('concat', 'y', 'x', 'x').build();
    assert.deepEqual([...run(net, [1, 2, 3, 4], 2).data], [1, 2, 1, 2, 3, 4, 3, 4]);
    assert.deepEqual(gradient(net, [1, 2], [1, 2, 30, 40]), [31, 42]);
  });

  it('lets through by x > 0, by the signal, or by both, and nothing at 0', () => {
    const net = oneNode({ op: 'relu' }, [1, 1, 5]);
    const [x, start] = [
      [-1, 0, 1, 1, -1],
      [2, 2, 2, -2, -2],
    ] as [number[], number[]];
    assert.deepEqual(gradient(net, x, start, 'gradient'), [0, 0, 2, -2, 0]);
    assert.deepEqual(gradient(net, x, start, 'deconvnet'), [2, 2, 2, 0, 0]);
    assert.deepEqual(gradient(net, x, start, 'guided'), [0, 0, 2, 0, 0]);
  });
});

describe('the float64 reference, by central differences', () => {
  for (const [name, make] of Object.entries(smallNets)) {
    it(`<dy, f(x + ev) - f(x - ev)> / 2e = <dx, v> for the ${name} net`, () => {
      const { graph, weights } = make(7);
      const random = new Random(11);
      const shape = [2, ...graph.input.shape];
      const x = Float64Array.from(random.distinct(shape.reduce((a, b) => a * b)));
      const values = forward(graph, weights, x, shape);
      const start = Float64Array.from(random.normals(values.get(graph.output)!.data.length));
      const dx = backward(graph, weights, values, { value: graph.output, start }, 'gradient').get('x')!;
      for (let trial = 0; trial < 3; trial++) {
        const v = random.normals(x.length);
        const at = (step: number): number => {
          const moved = x.map((value, i) => value + step * v[i]!);
          return dot(start, forward(graph, weights, moved, shape).get(graph.output)!.data);
        };
        assertClose([(at(1e-7) - at(-1e-7)) / 2e-7], [dot(dx, v)], { atol: 1e-6, rtol: 1e-6 });
      }
    });
  }
});

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
