import assert from 'node:assert/strict';
import type { ConvolutionAlgorithm, Pad, Pair, Shape, Tensor } from '#lib/device/index.js';
import type { ConvNode } from '#lib/formats/graph.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices, itOnCpu, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';
import { backwardConvolution, forwardConvolution } from '../../support/reference-convolution.js';

interface Problem {
  readonly x: Shape;
  readonly w: Shape;
  readonly pad: Pad;
  readonly stride?: Pair;
}

/** Convolutions of stride 1 that every algorithm can do: channels that fill blocks or don't, tiles cut by the edge. */
const problems: Readonly<Record<string, Problem>> = {
  'whole tiles': { x: [1, 16, 8, 8], w: [32, 16, 3, 3], pad: [1, 1, 1, 1] },
  'odd sizes': { x: [3, 20, 13, 9], w: [33, 20, 3, 3], pad: [1, 1, 1, 1] },
  'one pixel': { x: [2, 5, 1, 1], w: [7, 5, 3, 3], pad: [1, 1, 1, 1] },
  'no padding': { x: [1, 3, 7, 12], w: [4, 3, 3, 3], pad: [0, 0, 0, 0] },
  'uneven padding': { x: [1, 17, 6, 7], w: [9, 17, 3, 3], pad: [2, 0, 1, 2] },
  'more padding than the filter': { x: [1, 8, 3, 3], w: [8, 8, 3, 3], pad: [4, 3, 3, 4] },
  '4 x 4': { x: [2, 9, 12, 10], w: [17, 9, 4, 4], pad: [1, 2, 2, 1] },
  '5 x 5': { x: [2, 19, 11, 6], w: [18, 19, 5, 5], pad: [2, 2, 2, 2] },
  '5 x 5, uneven padding': { x: [1, 8, 9, 9], w: [40, 8, 5, 5], pad: [0, 4, 1, 0] },
  'more tiles than a chunk holds': { x: [2, 8, 66, 66], w: [8, 8, 3, 3], pad: [1, 1, 1, 1] },
};

/** 1 x 1 convolutions, with padding as in SqueezeNet's conv10 too. */
const pointwise: Readonly<Record<string, Problem>> = {
  'whole blocks': { x: [1, 32, 9, 8], w: [64, 32, 1, 1], pad: [0, 0, 0, 0] },
  'odd channels': { x: [3, 21, 7, 5], w: [37, 21, 1, 1], pad: [0, 0, 0, 0] },
  'many pixels': { x: [1, 8, 40, 33], w: [16, 8, 1, 1], pad: [0, 0, 0, 0] },
  'padded all round': { x: [2, 16, 5, 6], w: [20, 16, 1, 1], pad: [1, 1, 1, 1] },
  'uneven padding': { x: [1, 9, 1, 4], w: [8, 9, 1, 1], pad: [0, 3, 2, 1] },
  'padding below and right alone': { x: [2, 9, 5, 4], w: [20, 9, 1, 1], pad: [0, 0, 2, 1] },
  'one pixel': { x: [4, 5, 1, 1], w: [7, 5, 1, 1], pad: [0, 0, 0, 0] },
};

/** First layers: inputs of few channels, filters of any size and stride. */
const firstLayers: Readonly<Record<string, Problem>> = {
  "AlexNet's": { x: [1, 3, 47, 51], w: [16, 3, 11, 11], pad: [0, 0, 3, 3], stride: [4, 4] },
  "SqueezeNet's": { x: [3, 3, 27, 23], w: [96, 3, 7, 7], pad: [0, 0, 0, 0], stride: [2, 2] },
  "VGG's": { x: [2, 3, 20, 17], w: [20, 3, 3, 3], pad: [1, 1, 1, 1] },
  'one grey row': { x: [1, 1, 1, 9], w: [5, 1, 1, 4], pad: [0, 2, 0, 1], stride: [1, 2] },
  'stride beyond the filter': { x: [1, 4, 13, 12], w: [33, 4, 2, 3], pad: [1, 0, 0, 2], stride: [3, 5] },
  'pixels that no window sees': { x: [5, 2, 9, 9], w: [8, 2, 2, 2], pad: [0, 0, 0, 0], stride: [5, 5] },
};

/** Strided convolutions that Winograd computes in phases: 3, 4 or 5 taps of each, some of them zeros at the end. */
const strided: Readonly<Record<string, Problem>> = {
  "AlexNet's": { x: [1, 3, 47, 51], w: [16, 3, 11, 11], pad: [2, 2, 2, 2], stride: [4, 4] },
  "GoogLeNet's": { x: [2, 3, 30, 33], w: [20, 3, 7, 7], pad: [3, 3, 3, 3], stride: [2, 2] },
  'many channels, uneven padding': { x: [1, 21, 14, 11], w: [35, 21, 5, 5], pad: [1, 4, 0, 2], stride: [2, 2] },
  'a stride for each direction': { x: [1, 5, 19, 25], w: [8, 5, 10, 15], pad: [3, 1, 2, 5], stride: [2, 3] },
  'one window': { x: [3, 1, 7, 7], w: [4, 1, 7, 7], pad: [0, 0, 0, 0], stride: [2, 2] },
  'pixels that no window sees': { x: [1, 3, 18, 16], w: [9, 3, 9, 9], pad: [0, 0, 0, 0], stride: [3, 3] },
  'more padding than the filter': { x: [1, 2, 4, 5], w: [8, 2, 5, 5], pad: [7, 6, 8, 9], stride: [2, 2] },
};

const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

describeOnDevices('convolution algorithms', (kind) => {
  const device = openedFor(kind);

  async function planned(
    { x, w, pad, stride = [1, 1] }: Problem,
    algorithm: ConvolutionAlgorithm | undefined,
    activation: 'none' | 'relu',
  ) {
    const random = new Random(5);
    const [weight, bias] = [random.normals(size(w)), random.normals(w[0]!)];
    const weights = await device().weights(weight, w, bias);
    const geometry = { x, weights, stride, pad, dilation: [1, 1], groups: 1, activation } as const;
    const plan = await device().planConv2d({
      ...geometry,
      ...(algorithm && { forward: algorithm, backwardData: algorithm }),
    });
    return { plan, weight, bias };
  }

  function filled(shape: Shape, layout: number, values: Float32Array): Tensor<'float32'> {
    const tensor = device().tensor(shape, 'float32', layout);
    tensor.write(values);
    return tensor;
  }

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

  for (const [taps, stride] of [
    [3, 1],
    [7, 2],
  ] as const) {
    const title = `${taps} x ${taps}, stride ${stride}`;
    it(`Winograd gives equal neighbourhoods equal values, to the last bit, wherever they lie: ${title}`, async () => {
      const [pad, side] = [(taps - 1) / 2, 22 * stride + 1];
      const x: Shape = [1, 18, side, side];
      const problem: Problem = { x, w: [20, 18, taps, taps], pad: [pad, pad, pad, pad], stride: [stride, stride] };
      const level = new Random(8).normals(18);
      const [flatRows, flatCols] = [14 * stride + 1, 9 * stride + 1];
      const values = Float32Array.from({ length: size(x) }, (_, i) => {
        const [channel, row, col] = [Math.floor(i / side ** 2), Math.floor((i % side ** 2) / side), i % side];
        return row >= flatRows && col >= flatCols ? Math.fround(Math.sin(i)) : level[channel]!;
      });
      const results: Float32Array[] = [];
      for (const algorithm of ['winograd', 'direct'] as const) {
        const { plan } = await planned(problem, algorithm, 'none');
        const y = device().tensor(plan.output, 'float32', plan.y);
        plan.forward(filled(x, plan.x, values), y);
        results.push(await y.read());
      }
      const [got, expected] = results as [Float32Array, Float32Array];
      assertCloseToScale(got, expected, 2e-6);
      const flat = (row: number, col: number) => row * stride + pad < flatRows || col * stride + pad < flatCols;
      const edge = Math.ceil(pad / stride);
      for (let k = 0; k < 20; k++) {
        const at = (row: number, col: number) => got[(k * 23 + row) * 23 + col]!;
        for (let row = edge; row < 23 - edge; row++)
          for (let col = edge; col < 23 - edge; col++) {
            if (flat(row, col)) assert.equal(at(row, col), at(edge, edge), `flat at ${k}, ${row}, ${col}`);
          }
        for (let col = edge; col < 23 - edge; col++)
          assert.equal(at(0, col), at(0, edge), `along the upper edge at ${k}, ${col}`);
      }
    });
  }

  for (const [taps, stride] of [
    [3, 1],
    [5, 1],
    [7, 2],
  ] as const) {
    const title = `${taps} x ${taps}, stride ${stride}`;
    it(`Winograd's gradient is 0 exactly outside the receptive fields: ${title}`, async () => {
      const [reach, side] = [(taps - 1) / 2, 18 * stride + 1];
      const x: Shape = [2, 16, side, side];
      const w: Shape = [32, 16, taps, taps];
      const problem: Problem = { x, w, pad: [reach, reach, reach, reach], stride: [stride, stride] };
      // Of the second image: a corner, neighbours across tiles, and an edge, each in one channel.
      const live = [
        { channel: 31, row: 0, col: 0 },
        { channel: 3, row: 8, col: 7 },
        { channel: 17, row: 9, col: 8 },
        { channel: 0, row: 18, col: 12 },
      ];
      const [dx, expected] = await gradients(problem, (dy, area) => {
        for (const { channel, row, col } of live) dy[(32 + channel) * area + row * 19 + col] = 1 + channel;
      });
      assertCloseToScale(dx, expected, 2e-6);
      const near = (row: number, col: number) =>
        live.some((at) => Math.abs(row - at.row * stride) <= reach && Math.abs(col - at.col * stride) <= reach);
      dx.forEach((value, i) => {
        const [plane, row, col] = [Math.floor(i / side ** 2), Math.floor((i % side ** 2) / side), i % side];
        assert.equal(value !== 0, plane >= 16 && near(row, col), `plane ${plane}, row ${row}, col ${col}`);
      });
    });
  }

  /** dx by Winograd and directly; `fill` writes dy into zeros, `area` apart from channel to channel. */
  async function gradients(problem: Problem, fill: (dy: Float32Array, area: number) => void) {
    const results: Float32Array[] = [];
    for (const algorithm of ['winograd', 'direct'] as const) {
      const { plan } = await planned(problem, algorithm, 'none');
      const dy = new Float32Array(size(plan.output));
      fill(dy, plan.output[2]! * plan.output[3]!);
      const dx = device().tensor(problem.x, 'float32', plan.x);
      plan.backwardData(filled(plan.output, plan.y, dy), dx);
      results.push(await dx.read());
    }
    return results as [Float32Array, Float32Array];
  }

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
