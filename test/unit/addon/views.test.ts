import assert from 'node:assert/strict';
import type { ConvolutionAlgorithm, Layout, Pad, Shape, Tensor, WeightedPlan } from '#lib/device/index.js';
import { describeOnDevices, itOnCpu, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';

const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);
const layouts: readonly Layout[] = [1, 8, 16];

/** What the channels around a view hold. */
const around = 7;

describeOnDevices('views of channels', (kind) => {
  const device = openedFor(kind);

  function own(shape: Shape, layout: Layout, values?: Float32Array): Tensor<'float32'> {
    const tensor = device().tensor(shape, 'float32', layout);
    if (values) tensor.write(values);
    return tensor;
  }

  /** Channels of a tensor that has a block more before them, and one behind them where they fill their blocks. */
  function view([n, c, rows, cols]: Shape, layout: Layout, values?: Float32Array) {
    const first = Math.max(layout, 3);
    const behind = c! % layout ? 0 : layout;
    const begin = first - (first % layout);
    const whole = own([n!, begin + c! + behind, rows!, cols!], layout);
    device().fill(around, whole);
    const tensor = whole.channels(begin, c!);
    if (values) tensor.write(values);
    const othersAreUntouched = async () => {
      const all = await whole.read();
      const channelOf = (i: number) => Math.floor(i / (rows! * cols!)) % whole.shape[1]!;
      const others = all.filter((_, i) => channelOf(i) < begin || channelOf(i) >= begin + c!);
      assert.ok(others.length > 0 && others.every((value) => value === around));
    };
    return { whole, begin, tensor, othersAreUntouched };
  }

  /** Some channels of what a whole tensor reads as. */
  async function wholeChannelsOf(whole: Tensor, first: number, count: number): Promise<Float32Array> {
    const [, c, rows, cols] = whole.shape as [number, number, number, number];
    const channel = (i: number) => Math.floor(i / (rows * cols)) % c;
    return ((await whole.read()) as Float32Array).filter((_, i) => channel(i) >= first && channel(i) < first + count);
  }

  const shapes: readonly Shape[] = [
    [2, 16, 5, 7],
    [3, 20, 4, 3],
    [1, 32, 6, 6],
  ];

  for (const shape of shapes) {
    it(`holds what is written to it, in its channels of the whole: [${shape}]`, async () => {
      const values = new Random(1).distinct(size(shape));
      for (const layout of layouts) {
        const { whole, begin, tensor, othersAreUntouched } = view(shape, layout, values);
        assert.deepEqual(tensor.shape, shape);
        assert.equal(tensor.layout, layout);
        assert.deepEqual(await tensor.read(), values);
        await othersAreUntouched();
        assert.deepEqual(await wholeChannelsOf(whole, begin, shape[1]!), values);
      }
    });

    /** `run` with views, and with tensors of their own: the same bits, and nothing beside the views. */
    const alike = async (inputs: readonly Shape[], output: Shape, run: (xs: Tensor[], y: Tensor) => void) => {
      const values = inputs.map((of, i) => new Random(i + 2).distinct(size(of)));
      for (const layout of layouts) {
        const expected = own(output, layout);
        run(
          inputs.map((of, i) => own(of, layout, values[i])),
          expected,
        );
        const xs = inputs.map((of, i) => view(of, layout, values[i]));
        const y = view(output, layout);
        run(
          xs.map(({ tensor }) => tensor),
          y.tensor,
        );
        assert.deepEqual(await y.tensor.read(), await expected.read());
        await y.othersAreUntouched();
      }
    };
    const [n, ...image] = shape as [number, ...number[]];

    it(`relu and its backward by each rule, also of two gradients an image: [${shape}]`, async () => {
      await alike([shape], shape, ([x], y) => device().relu(x!, y));
      for (const rule of ['gradient', 'deconvnet', 'guided'] as const) {
        await alike([shape, shape], shape, ([y, dy], dx) => device().reluBackward(rule, y!, dy!, dx));
        const twice = [2 * n, ...image];
        await alike([shape, twice], twice, ([y, dy], dx) => device().reluBackward(rule, y!, dy!, dx));
      }
    });

    it(`add, concat and split: [${shape}]`, async () => {
      await alike([shape, shape], shape, ([a, b], y) => device().add(a!, b!, y));
      const joined = [n, 2 * image[0]!, ...image.slice(1)];
      await alike([shape, shape], joined, (xs, y) => device().concat(xs, y));
      await alike([joined], shape, ([dy], dx) => device().split(dy!, [dx, own(shape, dx.layout)]));
    });

    it(`reorder between all layouts, and to rows of features: [${shape}]`, async () => {
      const values = new Random(3).distinct(size(shape));
      for (const from of layouts) {
        const x = view(shape, from, values);
        for (const to of layouts) {
          const y = view(shape, to);
          device().reorder(x.tensor, y.tensor);
          assert.deepEqual(await y.tensor.read(), values);
          await y.othersAreUntouched();
        }
        const rows = device().tensor([n, size(image)], 'float32');
        device().reorder(x.tensor, rows);
        assert.deepEqual(await rows.read(), values);
      }
    });
  }

  interface Problem {
    readonly x: Shape;
    readonly w: Shape;
    readonly pad: Pad;
  }

  async function planned({ x, w, pad }: Problem, forward: ConvolutionAlgorithm, backwardData: ConvolutionAlgorithm) {
    const random = new Random(5);
    const weights = await device().weights(random.normals(size(w)), w, random.normals(w[0]!));
    const geometry = { x, weights, stride: [1, 1], pad, dilation: [1, 1], groups: 1, activation: 'relu' } as const;
    return device().planConv2d({ ...geometry, forward, backwardData });
  }

  /** Forward, backward, and backward with a mask of half as many images. */
  async function computes(plan: WeightedPlan, problem: Problem, lie: typeof own): Promise<Float32Array[]> {
    const random = new Random(8);
    const x = lie(problem.x, plan.x, random.normals(size(problem.x)));
    const y = lie(plan.output, plan.y);
    plan.forward(x, y);
    const dy = lie(plan.output, plan.y, random.normals(size(plan.output)));
    const [dx, masked] = [lie(problem.x, plan.x), lie(problem.x, plan.x)];
    plan.backwardData(dy, dx);
    const half = [Math.ceil(problem.x[0]! / 2), ...problem.x.slice(1)];
    plan.backwardData(dy, masked, lie(half, plan.x, random.normals(size(half))));
    return Promise.all([y, dx, masked].map((tensor) => tensor.read()));
  }

  for (const [forward, backward, problem] of [
    ['winograd', 'winograd', { x: [4, 32, 13, 9], w: [32, 32, 3, 3], pad: [1, 1, 1, 1] }],
    ['winograd', 'winograd', { x: [2, 19, 7, 6], w: [18, 19, 5, 5], pad: [2, 2, 2, 2] }],
    ['winograd', 'columns', { x: [2, 3, 20, 17], w: [20, 3, 3, 3], pad: [1, 1, 1, 1] }],
    ['pointwise', 'pointwise', { x: [4, 32, 9, 8], w: [64, 32, 1, 1], pad: [0, 0, 0, 0] }],
    ['pointwise', 'pointwise', { x: [2, 21, 7, 5], w: [37, 21, 1, 1], pad: [1, 1, 1, 1] }],
    ['direct', 'direct', { x: [1, 32, 9, 8], w: [48, 32, 3, 3], pad: [1, 1, 1, 1] }],
  ] as const) {
    const n = problem.x[0];
    const test = n > 1 ? itOnCpu(kind, 'convolutions take no views of several images') : it;
    test(`convolutions, ${forward} and ${backward}: x=[${problem.x}] w=[${problem.w}]`, async () => {
      const plan = await planned(problem, forward, backward);
      if (n > 1) assert.ok(plan.takesViews);
      const views: ReturnType<typeof view>[] = [];
      const found = await computes(plan, problem, (...args) => {
        views.push(view(...args));
        return views.at(-1)!.tensor;
      });
      assert.deepEqual(found, await computes(plan, problem, own));
      for (const { othersAreUntouched } of views) await othersAreUntouched();
    });
  }

  it('of one image in any operation: max pooling, LRN and scaling', async () => {
    const shape = [1, 32, 6, 6];
    const window = { x: shape, layout: 16, kernel: [2, 2], stride: [2, 2], pad: [0, 0, 0, 0], output: [3, 3] } as const;
    const pool = await device().planMaxPool(window);
    const lrn = await device().planLrn({ x: shape, layout: 16, size: 5, alpha: 1, beta: 0.75, k: 2 });
    const scale = device().tensor([32], 'float32');
    scale.write(new Random(2).normals(32));
    const run = (lie: typeof own) => {
      const x = lie(shape, 16, new Random(1).distinct(size(shape)));
      const [normalised, pooled, scaled] = [lie(shape, 16), lie(pool.output, 16), lie(shape, 16)];
      lrn.forward(x, normalised);
      pool.forward(normalised, pooled, device().tensor(pool.output, 'int32', 16));
      device().scaleShift(x, scale, null, scaled);
      return Promise.all([normalised, pooled, scaled].map((tensor) => tensor.read()));
    };
    assert.deepEqual(await run((...args) => view(...args).tensor), await run(own));
  });

  it('keeps the memory alive when the whole was disposed of, and frees it when it goes too', async () => {
    const before = device().memory().tensors;
    const whole = own([2, 32, 4, 4], 16, new Float32Array(1024).fill(3));
    const part = whole.channels(16, 16);
    assert.equal(device().memory().tensors, before + 4096);
    whole.dispose();
    assert.throws(() => whole.channels(0, 16), { code: 'ERR_DISPOSED' });
    assert.deepEqual(await part.read(), new Float32Array(512).fill(3));
    part.dispose();
    await device().sync();
    assert.equal(device().memory().tensors, before);
  });

  it('a view of a view counts from its own first channel', async () => {
    const whole = own(
      [2, 64, 1, 1],
      16,
      Float32Array.from({ length: 128 }, (_, i) => i % 64),
    );
    const part = whole.channels(16, 48).channels(32, 16);
    const channels = Array.from({ length: 16 }, (_, i) => 48 + i);
    assert.deepEqual([...(await part.read())], [...channels, ...channels]);
  });

  describe('is refused', () => {
    const refused = (run: () => unknown, code: string, message: RegExp) => assert.throws(run, { code, message });

    it('where it is no whole number of blocks, or reaches beyond the last channel', () => {
      const whole = own([2, 40, 3, 3], 16);
      for (const [first, count] of [
        [8, 16],
        [0, 8],
        [32, 9],
        [48, 1],
        [0, 2 ** 52],
      ] as const) {
        refused(
          () => whole.channels(first, count),
          'ERR_ARGUMENT',
          /^tensor\.channels: channels must be some of 0 to 39 in whole blocks of 16, got \d+ from \d+ on$/,
        );
      }
      refused(() => whole.channels(-16, 16), 'ERR_ARGUMENT', /first must be an integer of at least 0, got -16/);
      refused(() => whole.channels(0, 0), 'ERR_ARGUMENT', /count must be an integer of at least 1, got 0/);
      assert.deepEqual(whole.channels(32, 8).shape, [2, 8, 3, 3]);
    });

    it('of anything but planes of floats', () => {
      refused(() => device().tensor([2, 8], 'float32').channels(0, 4), 'ERR_SHAPE', /\[n, c, rows, cols\] float32/);
      refused(() => device().tensor([1, 8, 1, 1], 'int32').channels(0, 4), 'ERR_SHAPE', /got \[1, 8, 1, 1\] int32/);
    });

    it('of several images by operations that go through them in one run', async () => {
      const shape = [2, 16, 4, 4];
      const message = /must have one image after the other, got channels \[2, 16, 4, 4\] float32 in blocks of 16/;
      const part = view(shape, 16).tensor;
      const window = { kernel: [2, 2], stride: [2, 2], pad: [0, 0, 0, 0], output: [2, 2] } as const;
      const pool = await device().planMaxPool({ x: shape, layout: 16, ...window });
      const [y, switches] = [own(pool.output, 16), device().tensor(pool.output, 'int32', 16)];
      refused(() => pool.forward(part, y, switches), 'ERR_SHAPE', message);
      refused(() => device().fill(1, part), 'ERR_SHAPE', message);
      refused(() => device().axpy(1, part, own(shape, 16)), 'ERR_SHAPE', message);
      refused(
        () => device().maxAbsOverChannels(part, null, device().tensor([2, 4, 4], 'float32'), 'signed'),
        'ERR_SHAPE',
        message,
      );
    });

    it('of several images by a plan of a library that goes through them in one run', async () => {
      const problem = { x: [2, 16, 4, 4], w: [16, 16, 3, 3], pad: [1, 1, 1, 1] } as const;
      const plan = await planned(problem, 'winograd', 'direct');
      assert.equal(plan.takesViews, false);
      refused(
        () => plan.forward(view(problem.x, plan.x).tensor, own(plan.output, plan.y)),
        'ERR_SHAPE',
        /^weighted\.forward: x must have one image after the other/,
      );
    });
  });
});
