import assert from 'node:assert/strict';
import type { Shape } from '#lib/device/index.js';
import { assertClose } from '../../support/close.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { everyWay, lyings, made, sizeOf, titleOf, valuesOf } from '../../support/images.js';
import { Random } from '../../support/random.js';

type At = (row: number, col: number) => number;

/** What `valueOf` gives for each pixel of each plane, whose pixels `at` gives; by the number of its image. */
function eachPixel(
  shape: Shape,
  x: ArrayLike<number>,
  valueOf: (at: At, row: number, col: number, image: number) => number,
): Float64Array {
  const [, c, rows, cols] = shape as [number, number, number, number];
  return Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
    const plane = Math.floor(i / (rows * cols));
    const at: At = (row, col) => x[(plane * rows + row) * cols + col]!;
    return valueOf(at, Math.floor(i / cols) % rows, i % cols, Math.floor(plane / c));
  });
}

const wrapped = (place: number, side: number): number => ((place % side) + side) % side;
const nearest = (place: number, side: number): number => Math.min(Math.max(place, 0), side - 1);

describeOnDevices('pixels of their neighbours', (kind) => {
  const device = openedFor(kind);

  for (const lying of lyings) {
    const { shape, layout } = lying;
    const [n, , rows, cols] = shape as [number, number, number, number];
    const title = titleOf(lying);
    const [x, old] = [valuesOf(shape, 1), valuesOf(shape, 2)];
    const given = () => made(device(), shape, x, layout);

    it(`shift rolls each picture by its offsets: ${title}`, async () => {
      const random = new Random(3);
      for (const reach of [3, 2 ** 31 - 1]) {
        const by = Int32Array.from({ length: 2 * n }, () => random.integer(-reach, reach));
        const expected = eachPixel(shape, x, (at, row, col, image) =>
          at(wrapped(row - by[2 * image]!, rows), wrapped(col - by[2 * image + 1]!, cols)),
        );
        const [offsets, of] = [device().tensor([n, 2], 'int32'), given()];
        offsets.write(by);
        for (const y of await everyWay(device(), lying, old, (y) => device().shift(of, offsets, y)))
          assert.deepEqual(y, Float32Array.from(expected));
      }
    });

    it(`blur sums over neighbours, beyond the edge the nearest pixel: ${title}`, async () => {
      for (const radius of [0, 1, 24, 70]) {
        const taps = new Random(radius).normals(2 * radius + 1);
        const [of, weights] = [given(), made(device(), [taps.length], taps)];
        for (const axis of ['rows', 'cols'] as const) {
          const expected = eachPixel(shape, x, (at, row, col) =>
            taps.reduce((sum, tap, k) => {
              const by = k - radius;
              const value = axis === 'rows' ? at(nearest(row + by, rows), col) : at(row, nearest(col + by, cols));
              return sum + tap * value;
            }, 0),
          );
          for (const y of await everyWay(device(), lying, old, (y) => device().blur(of, weights, axis, y)))
            assertClose(y, expected, { atol: 1e-6 * taps.length, rtol: 1e-6 }, `${axis}, ${taps.length} taps`);
        }
      }
    });

    it(`totalVariation is the derivative of the sum of all slopes: ${title}`, async () => {
      const epsilon = 0.125;
      const slopes = (at: At, row: number, col: number): readonly [number, number] => [
        col + 1 < cols ? at(row, col + 1) - at(row, col) : 0,
        row + 1 < rows ? at(row + 1, col) - at(row, col) : 0,
      ];
      const root = (at: At, row: number, col: number) => Math.hypot(...slopes(at, row, col), epsilon);
      const expected = eachPixel(shape, x, (at, row, col) => {
        const [right, down] = slopes(at, row, col);
        const own = -(right + down) / root(at, row, col);
        const left = col > 0 ? slopes(at, row, col - 1)[0] / root(at, row, col - 1) : 0;
        const above = row > 0 ? slopes(at, row - 1, col)[1] / root(at, row - 1, col) : 0;
        return own + left + above;
      });
      const of = given();
      for (const y of await everyWay(device(), lying, old, (y) => device().totalVariation(of, epsilon, y)))
        assertClose(y, expected, { atol: 2e-6, rtol: 1e-5 });
    });
  }

  it('totalVariation agrees with finite differences of the total variation', async () => {
    const [shape, epsilon, step] = [[1, 1, 6, 5], 0.25, 1e-4];
    const x = Float64Array.from(valuesOf(shape, 4));
    const variation = (values: Float64Array) =>
      eachPixel(shape, values, (at, row, col) => {
        const right = col < 4 ? at(row, col + 1) - at(row, col) : 0;
        const down = row < 5 ? at(row + 1, col) - at(row, col) : 0;
        return Math.hypot(right, down, epsilon);
      }).reduce((sum, value) => sum + value, 0);
    const y = device().tensor(shape, 'float32');
    device().totalVariation(made(device(), shape, x), epsilon, y);
    const differences = x.map((_, i) => {
      const moved = (by: number) => x.map((value, j) => (i === j ? value + by : value));
      return (variation(moved(step)) - variation(moved(-step))) / (2 * step);
    });
    assertClose(await y.read(), differences, { atol: 1e-5, rtol: 1e-5 });
  });

  describe('refuse', () => {
    const tensor = (...shape: number[]) => device().tensor(shape, 'float32');
    const refused = (code: string, message: RegExp, call: () => void) => assert.throws(call, { code, message });

    it('offsets and taps of another shape or type, and another axis', () => {
      const [x, y] = [tensor(2, 3, 4, 4), tensor(2, 3, 4, 4)];
      refused('ERR_DTYPE', /^device\.shift: offsets must be \[2, 2\] int32, got \[2, 2\] float32/, () =>
        device().shift(x, tensor(2, 2) as never, y),
      );
      refused('ERR_SHAPE', /^device\.shift: offsets must be \[2, 2\] int32, got \[2\] int32/, () =>
        device().shift(x, device().tensor([2], 'int32'), y),
      );
      for (const taps of [tensor(2), tensor(1, 3)])
        refused('ERR_SHAPE', /^device\.blur: taps must be \[2 r \+ 1\], an odd number, got \[(2|1, 3)\]/, () =>
          device().blur(x, taps, 'rows', y),
        );
      refused('ERR_ARGUMENT', /^device\.blur: axis must be 'rows' or 'cols', got "both"/, () =>
        device().blur(x, tensor(3), 'both' as never, y),
      );
    });

    it('an epsilon that is not above 0, or whose square is no number of float32', () => {
      const [x, y] = [tensor(2, 3, 4, 4), tensor(2, 3, 4, 4)];
      for (const epsilon of [0, -1, 1e-16, 1e16])
        refused('ERR_ARGUMENT', /epsilon must be a number from 1e-15 to 1e15, .* got -?\d/, () =>
          device().totalVariation(x, epsilon, y),
        );
      refused('ERR_ARGUMENT', /epsilon must be a finite number .* got NaN/, () => device().totalVariation(x, NaN, y));
    });

    it('pictures without rows, of another layout, disposed of, or that are written where they are read', () => {
      const [x, taps, offsets] = [tensor(2, 3, 4, 4), tensor(3), device().tensor([2, 2], 'int32')];
      const calls = {
        shift: (from: typeof x, to: typeof x) => device().shift(from, offsets, to),
        blur: (from: typeof x, to: typeof x) => device().blur(from, taps, 'cols', to),
        totalVariation: (from: typeof x, to: typeof x) => device().totalVariation(from, 1, to),
      };
      const gone = tensor(2, 3, 4, 4);
      gone.dispose();
      for (const [name, call] of Object.entries(calls)) {
        const at = `^device\\.${name}: `;
        refused('ERR_SHAPE', new RegExp(`${at}x must be \\[n, c, rows, cols\\], got \\[2, 3\\]`), () =>
          call(tensor(2, 3), tensor(2, 3)),
        );
        refused('ERR_SHAPE', new RegExp(`${at}y must be .* got .* in blocks of 8 channels; reorder it first`), () =>
          call(x, device().tensor([2, 3, 4, 4], 'float32', 8)),
        );
        refused('ERR_ARGUMENT', new RegExp(`${at}y must have memory of its own`), () => call(x, x));
        refused('ERR_DISPOSED', new RegExp(`${at}y must not be used after dispose`), () =>
          device().capture(() => call(x, gone)),
        );
      }
    });
  });
});
