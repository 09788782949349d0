import assert from 'node:assert/strict';
import type { Shape } from '#lib/device/index.js';
import { assertClose } from '../../support/close.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { everyWay, imageOf, lyings, made, sizeOf, titleOf, valuesOf } from '../../support/images.js';

const rounding = { atol: 1e-6, rtol: 1e-6 };

/** Sums over the elements of each image, in double precision. */
function perImage(shape: Shape, valueOf: (i: number) => number): number[] {
  const sums = Array.from({ length: shape[0]! }, () => 0);
  for (let i = 0; i < sizeOf(shape); i++) sums[imageOf(shape, i)]! += valueOf(i);
  return sums;
}

describeOnDevices('gradient ascent', (kind) => {
  const device = openedFor(kind);

  for (const lying of [...lyings, { shape: [2, 9], layout: 1 }]) {
    const { shape, layout } = lying;
    const n = shape[0]!;
    const title = titleOf(lying);
    const [x, old] = [valuesOf(shape, 1), valuesOf(shape, 2)];
    const given = () => made(device(), shape, x, layout);

    it(`blend is keep * y + rate * x of each image: ${title}`, async () => {
      const numbers = Float32Array.from({ length: 2 * n }, (_, i) => 0.75 * i - 1);
      const expected = old.map((value, i) => {
        const [keep, rate] = numbers.subarray(2 * imageOf(shape, i));
        return keep! * value + rate! * x[i]!;
      });
      const [coefficients, of] = [made(device(), [n, 2], numbers), given()];
      for (const y of await everyWay(device(), lying, old, (y) => device().blend(coefficients, of, y)))
        assertClose(y, expected, rounding);
    });

    it(`dot sums the products of each image: ${title}`, async () => {
      const [a, b] = [given(), made(device(), shape, old, layout)];
      const ways = await everyWay(device(), { shape: [n], layout: 1 }, new Float32Array(n), (y) =>
        device().dot(a, b, y),
      );
      const expected = perImage(shape, (i) => x[i]! * old[i]!);
      for (const y of ways) assertClose(y, expected, rounding);
    });

    it(`addNormalised adds what has the root mean square of the weight: ${title}`, async () => {
      const [of, squares] = [given(), device().tensor([n], 'float32')];
      device().dot(of, of, squares);
      const sums = perImage(shape, (i) => x[i]! ** 2);
      const elements = sizeOf(shape) / n;
      const expected = old.map((value, i) => value - (2 * x[i]!) / Math.sqrt(sums[imageOf(shape, i)]! / elements));
      for (const y of await everyWay(device(), lying, old, (y) => device().addNormalised(-2, squares, of, y)))
        assertClose(y, expected, rounding);
    });

    it(`clamp limits each channel: ${title}`, async () => {
      const low = Float32Array.from({ length: shape[1]! }, (_, c) => -0.5 + 0.02 * c);
      const high = low.map((value, c) => value + 0.1 * (c + 1));
      const pixels = sizeOf(shape.slice(2));
      const expected = old.map((value, i) => {
        const c = Math.floor(i / pixels) % shape[1]!;
        return Math.min(Math.max(value, low[c]!), high[c]!);
      });
      const [lowest, highest] = [low, high].map((values) => made(device(), [shape[1]!], values));
      for (const y of await everyWay(device(), lying, old, (y) => device().clamp(lowest!, highest!, y)))
        assert.deepEqual(y, expected);
    });

    it(`two steps of adam are those of Algorithm 1: ${title}`, async () => {
      const [beta1, beta2, rate, epsilon] = [Math.fround(0.9), Math.fround(0.999), 0.5, 1e-3];
      const gradients = [x, valuesOf(shape, 3)];
      const [m, v, y] = [0, 1, 2].map(() => new Float64Array(x.length));
      const tensors = [0, 1, 2].map(() => device().tensor(shape, 'float32', layout));
      for (const [t, g] of [
        [1, gradients[0]!],
        [2, gradients[1]!],
      ] as const) {
        const corrections = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)] as const;
        // Each image has a rate of its own.
        const rows = Array.from({ length: n }, (_, image) => [beta1, beta2, rate * (image + 1), epsilon]);
        g.forEach((value, i) => {
          m![i] = beta1 * m![i]! + (1 - beta1) * value;
          v![i] = beta2 * v![i]! + (1 - beta2) * value ** 2;
          const step = rate * (imageOf(shape, i) + 1) * m![i] * corrections[0];
          y![i]! += step / (Math.sqrt(v![i] * corrections[1]) + epsilon);
        });
        const coefficients = made(
          device(),
          [n, 6],
          rows.flatMap((row) => [...row, ...corrections]),
        );
        device().adam(coefficients, made(device(), shape, g, layout), tensors[0]!, tensors[1]!, tensors[2]!);
      }
      for (const [i, expected] of [m!, v!, y!].entries())
        assertClose(await tensors[i]!.read(), expected, { atol: 1e-6, rtol: 1e-5 });
    });
  }

  for (const lying of [
    ...[1, 8, 3].map((layout) => ({ shape: [2, 3, 5, 7], layout })),
    { shape: [2, 4, 19, 18], layout: 1 },
    { shape: [2, 1, 1, 1], layout: 1 },
  ])
    it(`mixChannels is the matrix times the channels of each pixel, in place too: ${titleOf(lying)}`, async () => {
      const { shape, layout } = lying;
      const [, c, rows, cols] = shape as [number, number, number, number];
      const [x, matrix] = [valuesOf(shape, 1), valuesOf([c, c], 2)];
      const expected = x.map((_, at) => {
        const [i, pixel] = [Math.floor(at / (rows * cols)) % c, at % (rows * cols)];
        const first = imageOf(shape, at) * c * rows * cols + pixel;
        let sum = 0;
        for (let j = 0; j < c; j++) sum += matrix[i * c + j]! * x[first + j * rows * cols]!;
        return sum;
      });
      const [mixes, of] = [made(device(), [c, c], matrix), made(device(), shape, x, layout)];
      for (const y of await everyWay(device(), lying, x, (y) => device().mixChannels(mixes, y, y)))
        assertClose(y, expected, rounding);
      for (const y of await everyWay(device(), lying, x, (y) => device().mixChannels(mixes, of, y)))
        assertClose(y, expected, rounding);
    });

  it('dot keeps seven digits over an image of 3 x 227 x 227, the same every time', async () => {
    const shape = [2, 3, 227, 227];
    const [a, b] = [valuesOf(shape, 1), valuesOf(shape, 2).map((value) => Math.abs(value) + 0.5)];
    const [squares, products] = [device().tensor([2], 'float32'), device().tensor([2], 'float32')];
    const [first, second] = [made(device(), shape, b), made(device(), shape, a)];
    device().dot(first, first, squares);
    device().dot(first, second, products);
    assertClose(
      await squares.read(),
      perImage(shape, (i) => b[i]! ** 2),
      { atol: 0, rtol: 1e-7 },
    );
    // Of positive and negative terms: relative to what they are without their signs.
    const size = perImage(shape, (i) => Math.abs(a[i]! * b[i]!))[0]!;
    const seen = await products.read();
    assertClose(
      seen,
      perImage(shape, (i) => a[i]! * b[i]!),
      { atol: 1e-9 * size, rtol: 1e-7 },
    );
    for (let i = 0; i < 20; i++) {
      device().dot(first, second, products);
      assert.deepEqual(await products.read(), seen);
    }
  });

  it('NaN is hidden by no step: not by a factor of 0, nor by limits', async () => {
    const y = made(device(), [1, 2], [NaN, 3]);
    device().blend(made(device(), [1, 2], [0, 1]), made(device(), [1, 2], [5, 6]), y);
    device().clamp(made(device(), [2], [0, 0]), made(device(), [2], [1, 1]), y);
    assert.deepEqual([...(await y.read())], [NaN, 1]);
  });

  it('an image of zeros is normalised to nothing, beside another that is not', async () => {
    const [x, y, squares] = [
      made(device(), [2, 2], [0, 0, 3, -3]),
      made(device(), [2, 2], [1, 2, 3, 4]),
      device().tensor([2], 'float32'),
    ];
    device().dot(x, x, squares);
    device().addNormalised(0.5, squares, x, y);
    assert.deepEqual([...(await y.read())], [1, 2, 3.5, 3.5]);
  });
});
