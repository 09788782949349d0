import assert from 'node:assert/strict';
import type { ConvolutionAlgorithm, Shape } from '#lib/device/index.js';
import type { ConvNode } from '#lib/formats/graph.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices, itOnCpu, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';
import { backwardConvolution, forwardConvolution } from '../../support/reference-convolution.js';
import {
  convolutionsOn,
  firstLayers,
  pointwise,
  problems,
  size,
  strided,
  type Problem,
} from '../../support/convolutions.js';

describeOnDevices('convolution algorithms', (kind) => {
  const device = openedFor(kind);
  const { planned, filled } = convolutionsOn(device);

  /** `dyOf` makes dy [n, k, rows, cols] of random numbers. */
  async function agrees(
    problem: Problem,
    algorithm: ConvolutionAlgorithm | undefined,
    dyOf = (numbers: Float32Array) => numbers,
  ): Promise<void> {
    const { plan, weight, bias } = await planned(problem, algorithm, 'none');
    const node: ConvNode = {
      ...{ op: 'conv' as const, name: 'c', inputs: ['x'], output: 'y', weight: 'w', bias: 'b' },
      ...{ stride: problem.stride ?? ([1, 1] as const), pad: problem.pad, dilation: [1, 1] as const, groups: 1 },
    };
    const weights = new Map([
      ['w', { shape: problem.w, data: weight }],
      ['b', { shape: [problem.w[0]!], data: bias }],
    ]);
    const random = new Random(6);
    const x = { shape: problem.x, data: Float64Array.from(random.normals(size(problem.x))) };
    const y = device().tensor(plan.output, 'float32', plan.y);
    plan.forward(filled(problem.x, plan.x, Float32Array.from(x.data)), y);
    const expected = forwardConvolution(node, x, weights);
    assertCloseToScale(await y.read(), expected.data, 2e-6);
    const dy = dyOf(random.normals(size(plan.output)));
    const dx = device().tensor(problem.x, 'float32', plan.x);
    plan.backwardData(filled(plan.output, plan.y, dy), dx);
    const gradient = backwardConvolution(node, x, expected, Float64Array.from(dy), weights);
    assertCloseToScale(await dx.read(), gradient, 2e-6);
  }

  for (const algorithm of ['direct', 'winograd'] as const) {
    for (const [name, problem] of Object.entries(problems)) {
      it(`${algorithm} agrees with the formula in both directions: ${name}`, () => agrees(problem, algorithm));
    }
  }
  for (const algorithm of ['direct', 'pointwise'] as const) {
    for (const [name, problem] of Object.entries(pointwise)) {
      it(`1 x 1, ${algorithm} agrees with the formula in both directions: ${name}`, () => agrees(problem, algorithm));
    }
  }
  for (const algorithm of ['direct', 'columns', 'winograd'] as const) {
    for (const [name, problem] of Object.entries(firstLayers)) {
      it(`${algorithm} agrees with the formula in both directions: ${name}`, () => agrees(problem, algorithm));
    }
  }

  /** Gradients as behind pooling: in the first image of three all, in the second one of ten, in the third none. */
  for (const algorithm of [undefined, 'columns'] as const) {
    for (const [name, problem] of Object.entries(firstLayers)) {
      it(`${algorithm ?? 'the default'} agrees with the formula where gradients are sparse: ${name}`, () => {
        const ofThree = { ...problem, x: [3, ...problem.x.slice(1)] };
        return agrees(ofThree, algorithm, (dy) =>
          dy.map((value, i) => (i < dy.length / 3 || (i < (dy.length * 2) / 3 && i % 10 === 0) ? value : 0)),
        );
      });
    }
  }

  it('a gradient reaches no pixel outside its window, and NaN all of it', async () => {
    const problem = firstLayers["SqueezeNet's"]!;
    const { plan } = await planned({ ...problem, x: [1, 3, 27, 23] }, undefined, 'none');
    for (const value of [1, NaN]) {
      const dy = new Float32Array(size(plan.output));
      dy[4 * 9 + 3] = value; // row 4, column 3 of 11 x 9
      const dx = device().tensor([1, 3, 27, 23], 'float32', plan.x);
      plan.backwardData(filled(plan.output, plan.y, dy), dx);
      for (const [i, reached] of (await dx.read()).entries()) {
        const [row, col] = [Math.floor((i % (27 * 23)) / 23), i % 23];
        const inside = row >= 8 && row < 15 && col >= 6 && col < 13;
        assert.equal(reached !== 0, inside, `${reached} at row ${row}, column ${col}`);
      }
    }
  });

  for (const [name, problem] of Object.entries(strided)) {
    it(`winograd agrees with the formula in both directions, strided: ${name}`, () => agrees(problem, 'winograd'));
  }

  for (const [algorithm, name, problem] of [
    ['winograd', 'odd sizes', problems['odd sizes']!],
    ['winograd', 'more than caches hold', { x: [3, 2, 420, 420], w: [3, 2, 3, 3], pad: [1, 1, 1, 1] }],
    ['winograd', "SqueezeNet's first layer", firstLayers["SqueezeNet's"]!],
    ['pointwise', 'odd channels', pointwise['odd channels']!],
  ] as const) {
    it(`${algorithm} rectifies, and masks the gradients of several classes by one image: ${name}`, () =>
      masksAndRectifies(problem, algorithm));
  }

  async function masksAndRectifies(problem: Problem, algorithm: ConvolutionAlgorithm): Promise<void> {
    const { plan } = await planned(problem, algorithm, 'relu');
    const { plan: direct } = await planned(problem, 'direct', 'relu');
    const random = new Random(7);
    const [x, dy] = [random.normals(size(problem.x)), random.normals(size(plan.output))];
    const mask = random.normals(size(problem.x) / 3);
    const results = [];
    for (const one of [plan, direct]) {
      const y = device().tensor(one.output, 'float32', one.y);
      one.forward(filled(problem.x, one.x, x), y);
      const dx = device().tensor(problem.x, 'float32', one.x);
      const oneImage = [1, ...problem.x.slice(1)];
      one.backwardData(filled(one.output, one.y, dy), dx, filled(oneImage, one.x, mask));
      results.push([await y.read(), await dx.read()] as const);
    }
    const [[y, dx], [expectedY, expectedDx]] = results as [(typeof results)[0], (typeof results)[0]];
    assertCloseToScale(y, expectedY, 2e-6);
    assertCloseToScale(dx, expectedDx, 2e-6);
    const leak = dx.findIndex((value, i) => value !== 0 && !(mask[i % mask.length]! > 0));
    assert.equal(leak, -1, `element ${leak} is dead`);
  }

  it('pointwise skips channels of zeros: one channel of dy in one row of pixels', async () => {
    const problem = { x: [1, 20, 1, 70], w: [100, 20, 1, 1], pad: [0, 0, 0, 0] } as const;
    const { plan, weight } = await planned(problem, 'pointwise', 'none');
    const dy = new Float32Array(size(plan.output));
    dy.fill(2, 71 * 70, 72 * 70);
    const dx = device().tensor(problem.x, 'float32', plan.x);
    plan.backwardData(filled(plan.output, plan.y, dy), dx);
    assert.deepEqual(
      await dx.read(),
      Float32Array.from({ length: 1400 }, (_, i) => 2 * weight[71 * 20 + Math.floor(i / 70)]!),
    );
  });

  itOnCpu(kind, 'convolutions choose their layout')('layouts that are asked for are kept', async () => {
    const weights = await device().weights(new Random(1).normals(8 * 8 * 9), [8, 8, 3, 3], null);
    const x: Shape = [1, 8, 6, 6];
    const values = new Random(2).normals(size(x));
    const geometry = { x, weights, stride: [1, 1], pad: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
    const results = [];
    for (const [xLayout, yLayout] of [
      [1, 16],
      [8, 1],
      [16, 8],
    ] as const) {
      const plan = await device().planConv2d({ ...geometry, activation: 'none', xLayout, yLayout });
      assert.deepEqual([plan.x, plan.y], [xLayout, yLayout]);
      const y = device().tensor(plan.output, 'float32', plan.y);
      plan.forward(filled(x, plan.x, values), y);
      const dx = device().tensor(x, 'float32', plan.x);
      plan.backwardData(y, dx, filled(x, plan.x, values));
      results.push([...(await y.read()), ...(await dx.read())]);
    }
    for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
  });

  it('an unknown algorithm is refused', async () => {
    const weights = await device().weights(Float32Array.of(1), [1, 1, 1, 1], null);
    const options = {
      x: [1, 1, 1, 1],
      weights,
      stride: [1, 1],
      pad: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
    } as const;
    assert.throws(() => void device().planConv2d({ ...options, activation: 'none', forward: 'fast' as never }), {
      code: 'ERR_ARGUMENT',
      message: /device\.planConv2d: forward must be one of 'direct', 'winograd', 'columns', 'pointwise'/,
    });
  });
});
