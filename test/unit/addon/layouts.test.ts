import assert from 'node:assert/strict';
import type { Device, Shape, Tensor } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';

const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** Shapes whose channels fill blocks of 8 and 16, or leave a tail, or are fewer than one block. */
const shapes: readonly Shape[] = [
  [2, 16, 5, 7],
  [1, 20, 6, 6],
  [3, 5, 4, 9],
  [1, 33, 1, 1],
];
const layouts = [1, 8, 16];

function filled(device: Device, shape: Shape, layout: number, values: Float32Array): Tensor<'float32'> {
  const tensor = device.tensor(shape, 'float32', layout);
  tensor.write(values);
  return tensor;
}

describeOnDevices('layouts', (kind) => {
  const device = openedFor(kind);

  /** What `run` computes with its input in each layout must be what it computes densely, bit for bit. */
  async function sameInEveryLayout(
    shape: Shape,
    run: (x: Tensor<'float32'>, layout: number) => Promise<Tensor>,
  ): Promise<void> {
    const values = new Random(size(shape)).distinct(size(shape));
    const results = [];
    for (const layout of layouts)
      results.push(await (await run(filled(device(), shape, layout, values), layout)).read());
    for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
  }

  for (const shape of shapes) {
    const [n, c, rows, cols] = shape as [number, number, number, number];

    it(`what is written comes back: [${shape}]`, async () => {
      const values = new Random(1).distinct(size(shape));
      for (const layout of layouts) assert.deepEqual(await filled(device(), shape, layout, values).read(), values);
    });

    it(`max pooling, its switches and unpooling do not depend on the layout: [${shape}] k=3 s=2 p=1`, async () => {
      const output = [Math.floor((rows - 1) / 2) + 1, Math.floor((cols - 1) / 2) + 1] as const;
      const plan = (layout: number) =>
        device().planMaxPool({ x: shape, layout, kernel: [3, 3], stride: [2, 2], pad: [1, 1, 1, 1], output });
      const pooled = [n, c, ...output];
      const gradient = new Random(7).distinct(size(pooled));
      await sameInEveryLayout(shape, async (x, layout) => {
        const y = device().tensor(pooled, 'float32', layout);
        (await plan(layout)).forward(x, y, device().tensor(pooled, 'int32', layout));
        return y;
      });
      await sameInEveryLayout(shape, async (x, layout) => {
        const pool = await plan(layout);
        const switches = device().tensor(pooled, 'int32', layout);
        pool.forward(x, device().tensor(pooled, 'float32', layout), switches);
        const dx = device().tensor(shape, 'float32', layout);
        pool.unpool(filled(device(), pooled, layout, gradient), switches, dx);
        return dx;
      });
    });

    it(`average pooling and LRN do not depend on the layout: [${shape}]`, async () => {
      await sameInEveryLayout(shape, async (x, layout) => {
        const pool = await device().planAveragePool({
          ...{ x: shape, layout, kernel: [rows, cols], stride: [1, 1], pad: [0, 0, 0, 0], output: [1, 1] },
          divisor: 'inside',
        });
        const y = device().tensor([n, c, 1, 1], 'float32', layout);
        pool.forward(x, y);
        const dx = device().tensor(shape, 'float32', layout);
        pool.backward(y, dx);
        return dx;
      });
      await sameInEveryLayout(shape, async (x, layout) => {
        const lrn = await device().planLrn({ x: shape, layout, size: 5, alpha: 0.3, beta: 0.75, k: 2 });
        const y = device().tensor(shape, 'float32', layout);
        lrn.forward(x, y);
        const dx = device().tensor(shape, 'float32', layout);
        lrn.backward(x, y, dx);
        return dx;
      });
    });

    it(`concat, split, scaleShift and the channel maximum do not depend on the layout: [${shape}]`, async () => {
      const scale = filled(device(), [c], 1, new Random(3).distinct(c));
      const both = [n, 2 * c, rows, cols];
      await sameInEveryLayout(shape, async (x, layout) => {
        const scaled = device().tensor(shape, 'float32', layout);
        device().scaleShift(x, scale, scale, scaled);
        const joined = device().tensor(both, 'float32', layout);
        device().concat([x, scaled], joined);
        const second = device().tensor(shape, 'float32', layout);
        device().split(joined, [device().tensor(shape, 'float32', layout), second]);
        const map = device().tensor([n, rows, cols], 'float32');
        device().maxAbsOverChannels(second, scale, map, 'signed');
        return map;
      });
      await sameInEveryLayout(shape, async (x, layout) => {
        const joined = device().tensor(both, 'float32', layout);
        device().concat([x, x], joined);
        return joined;
      });
    });

    it(`reorder goes between all layouts and flattens: [${shape}]`, async () => {
      const values = new Random(9).distinct(size(shape));
      for (const from of layouts) {
        const flat = device().tensor([n, c * rows * cols], 'float32');
        device().reorder(filled(device(), shape, from, values), flat);
        assert.deepEqual(await flat.read(), values);
        for (const to of layouts) {
          const back = device().tensor(shape, 'float32', to);
          device().reorder(flat, back);
          assert.deepEqual(await back.read(), values);
        }
      }
    });

    it(`fill keeps the padding of a layout at zero: [${shape}]`, async () => {
      for (const layout of layouts) {
        const y = device().tensor(shape, 'float32', layout);
        device().fill(3, y);
        const wide = device().tensor([n, 2 * c, rows, cols], 'float32', layout);
        device().concat([y, device().tensor(shape, 'float32', layout)], wide);
        const expected = Float32Array.from({ length: size(wide.shape) }, (_, i) =>
          i % (2 * c * rows * cols) < c * rows * cols ? 3 : 0,
        );
        assert.deepEqual(await wide.read(), expected);
      }
    });
  }
});
