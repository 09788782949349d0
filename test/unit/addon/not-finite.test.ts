import assert from 'node:assert/strict';
import type { ConvolutionAlgorithm, Pair, Shape, Tensor } from '#lib/device/index.js';
import { elements } from '#lib/ndarray.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';

interface Problem {
  readonly x: Shape;
  readonly w: Shape;
  readonly pad: number;
  readonly stride: number;
}

const convolutions: readonly (readonly [ConvolutionAlgorithm, string, Problem])[] = [
  ['direct', '3 x 3', { x: [1, 5, 9, 8], w: [7, 5, 3, 3], pad: 1, stride: 1 }],
  ['direct', 'whole blocks', { x: [1, 32, 9, 8], w: [32, 32, 3, 3], pad: 1, stride: 1 }],
  ['winograd', '3 x 3', { x: [1, 16, 17, 14], w: [33, 16, 3, 3], pad: 1, stride: 1 }],
  ['winograd', '5 x 5', { x: [1, 8, 11, 11], w: [8, 8, 5, 5], pad: 2, stride: 1 }],
  ['winograd', '7 x 7, stride 2', { x: [1, 3, 21, 19], w: [20, 3, 7, 7], pad: 3, stride: 2 }],
  ['pointwise', '1 x 1', { x: [1, 20, 9, 8], w: [17, 20, 1, 1], pad: 0, stride: 1 }],
];

/** Where the NaN is put: channel, row, col. */
const at = { channel: 2, row: 5, col: 3 };

describeOnDevices('what is not finite', (kind) => {
  const device = openedFor(kind);

  function given(shape: Shape, values: Float32Array, layout = 1): Tensor<'float32'> {
    const tensor = device().tensor(shape, 'float32', layout);
    tensor.write(values);
    return tensor;
  }

  async function rectified({ x, w, pad, stride }: Problem, algorithm: ConvolutionAlgorithm) {
    const random = new Random(3);
    const weights = await device().weights(random.normals(elements(w)), w, random.normals(w[0]!));
    const both: Pair = [stride, stride];
    const plan = await device().planConv2d({
      ...{ x, weights, stride: both, pad: [pad, pad, pad, pad], dilation: [1, 1], groups: 1 },
      ...{ activation: 'relu', forward: algorithm, backwardData: algorithm },
    });
    const values = random.normals(elements(x));
    values[(at.channel * x[2]! + at.row) * x[3]! + at.col] = NaN;
    const y = device().tensor(plan.output, 'float32', plan.y);
    plan.forward(given(x, values, plan.x), y);
    return { y: await y.read(), shape: plan.output };
  }

  for (const [algorithm, title, problem] of convolutions) {
    it(`a convolution with a fused ReLU hides no NaN that it sees: ${algorithm}, ${title}`, async () => {
      const { y, shape } = await rectified(problem, algorithm);
      const [, , rows, cols] = shape as [number, number, number, number];
      const sees = (output: number, pixel: number) => {
        const tap = pixel - (output * problem.stride - problem.pad);
        return tap >= 0 && tap < problem.w[2]!;
      };
      const hidden = y.findIndex((value, i) => {
        const [row, col] = [Math.floor(i / cols) % rows, i % cols];
        return sees(row, at.row) && sees(col, at.col) && !Number.isNaN(value);
      });
      assert.equal(hidden, -1, `element ${hidden} of [${shape.join(', ')}] is ${y[hidden]}`);
      assert.ok(y.some((value) => value === 0) && y.some((value) => value > 0));
    });
  }

  for (const n of [1, 20]) {
    it(`a linear layer with a fused ReLU hides no NaN: ${n} images`, async () => {
      const weights = await device().weights(new Random(4).normals(40 * 9), [40, 9], null);
      const plan = await device().planLinear({ x: [n, 9], weights, activation: 'relu' });
      const values = new Random(5).normals(n * 9);
      values[9 * (n - 1) + 4] = NaN;
      const y = device().tensor([n, 40], 'float32');
      plan.forward(given([n, 9], values), y);
      const got = await y.read();
      assert.ok(got.subarray(-40).every(Number.isNaN));
      assert.ok(got.subarray(0, -40).every(Number.isFinite));
    });
  }

  it('a sum of infinities of both signs is NaN behind the ReLU, not 0', async () => {
    const weights = await device().weights(Float32Array.of(3e38, 3e38, -3e38, -3e38), [2, 2, 1, 1], null);
    const geometry = { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
    for (const forward of ['direct', 'pointwise'] as const) {
      const plan = await device().planConv2d({ x: [1, 2, 1, 1], weights, ...geometry, activation: 'relu', forward });
      const y = device().tensor(plan.output, 'float32', plan.y);
      plan.forward(given([1, 2, 1, 1], Float32Array.of(Infinity, -Infinity), plan.x), y);
      assert.deepEqual([...(await y.read())], [NaN, NaN], forward);
    }
  });

  it('pools, LRN and soft-max pass a NaN on', async () => {
    const x = given([1, 1, 2, 4], Float32Array.of(1, NaN, 2, 3, 4, 5, 6, 7));
    const pool = { x: [1, 1, 2, 4], layout: 1, kernel: [2, 2], stride: [2, 2], pad: [0, 0, 0, 0] } as const;
    const y = device().tensor([1, 1, 1, 2], 'float32');
    const switches = device().tensor([1, 1, 1, 2], 'int32');
    (await device().planMaxPool({ ...pool, output: [1, 2] })).forward(x, y, switches);
    assert.deepEqual([...(await y.read()), ...(await switches.read())], [NaN, 7, 1, 7]);
    (await device().planAveragePool({ ...pool, output: [1, 2], divisor: 'inside' })).forward(x, y);
    assert.deepEqual([...(await y.read())], [NaN, 4.5]);
    const [from, to] = [given([1, 3, 1, 1], Float32Array.of(1, NaN, 2)), device().tensor([1, 3, 1, 1], 'float32')];
    const lrn = { x: [1, 3, 1, 1], layout: 1, size: 3, alpha: 1, beta: 0.75, k: 1 };
    (await device().planLrn(lrn)).forward(from, to);
    assert.ok((await to.read()).every(Number.isNaN));
    const posteriors = device().tensor([1, 3], 'float32');
    device().softmax(given([1, 3], Float32Array.of(1, NaN, 2)), posteriors);
    assert.ok((await posteriors.read()).every(Number.isNaN));
  });
});
