import assert from 'node:assert/strict';
import { Random } from '#lib/random.js';
import { classModel, type ClassModelOptions } from '#lib/visualise/class-model.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { linear, preprocessing, std } from '../../support/linear-maps.js';
import { withNetwork } from '../../support/networks.js';

const [channels, rows, cols] = [3, 5, 4];
const area = rows * cols;
type Centred = Float64Array;

/** dS/dI of class 2 of the linear net per grey level, [channels, rows, cols]: the same at every image. */
const w: Centred = Float64Array.from(
  linear.weights.get('fc.weight')!.data.subarray(120, 180),
  (value, i) => value / 255 / std[Math.floor(i / area)]!,
);

const scaled = (x: Centred, factor: number) => x.map((value) => factor * value);
const rms = (x: Centred) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);
const normalised = (x: Centred) => scaled(x, 1 / rms(x));
const clamped = (at: number, size: number) => Math.min(Math.max(at, 0), size - 1);

/** What the pixel [c, row, col] becomes. */
function mapped(of: (c: number, row: number, col: number) => number): Centred {
  return Float64Array.from({ length: channels * area }, (_, i) =>
    of(Math.floor(i / area), Math.floor((i % area) / cols), i % cols),
  );
}

/** By the whole two-dimensional Gaussian, cut off at three sigma unless told otherwise, the edge repeated. */
function blurred(x: Centred, sigma: number, radius = Math.ceil(3 * sigma)): Centred {
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  return mapped((c, row, col) => {
    let [sum, total] = [0, 0];
    for (const dr of offsets) {
      for (const dc of offsets) {
        const weight = Math.exp(-(dr * dr + dc * dc) / (2 * sigma * sigma));
        sum += weight * x[(c * rows + clamped(row + dr, rows)) * cols + clamped(col + dc, cols)]!;
        total += weight;
      }
    }
    return sum / total;
  });
}

describeOnDevices('the settings of class models', (kind) => {
  const eta = 5000;
  const plain: ClassModelOptions = { steps: 1, learningRate: eta, lambda: 0, schedule: 'constant' };

  /** Zero-centred pixels of class 2's model; without preprocessing's means a picture's are the same. */
  async function model(options: ClassModelOptions, mean: typeof preprocessing.mean = preprocessing.mean) {
    const found = await withNetwork(linear, kind, (net) => classModel(net, 2, { ...plain, ...options }), {
      preprocessing: { ...preprocessing, mean },
    });
    const levels =
      'data' in mean ? mean.data : Array.from({ length: channels * area }, (_, i) => mean[Math.floor(i / area)]!);
    const centred = mapped(
      (c, row, col) => found.pixels.get(row, col, 2 - c) - 255 * levels[(c * rows + row) * cols + col]!,
    );
    return { ...found, centred };
  }

  it('normalise divides the gradient by its root mean square', async () => {
    const { centred } = await model({ normalise: true });
    assertCloseToScale(centred, scaled(normalised(w), eta), 1e-5);
  });

  it('scales add up the gradient smoothed by each, each of the root mean square 1', async () => {
    const { centred } = await model({ scales: [0, 0.5, 1.5] });
    const parts = [w, blurred(w, 0.5), blurred(w, 1.5)].map(normalised);
    assertCloseToScale(
      centred,
      scaled(
        parts[0]!.map((value, i) => value + parts[1]![i]! + parts[2]![i]!),
        eta,
      ),
      1e-5,
    );
  });

  for (const chroma of [0, 0.3]) {
    it(`chroma ${chroma} leaves so much of the differences between a pixel's colours`, async () => {
      const { centred } = await model({ chroma });
      const expected = mapped((c, row, col) => {
        const at = row * cols + col;
        const mean = (w[at]! + w[area + at]! + w[2 * area + at]!) / 3;
        return eta * (mean + chroma * (w[c * area + at]! - mean));
      });
      assertCloseToScale(centred, expected, 1e-5);
    });
  }

  it('jitter rolls the gradient of the rolled image back', async () => {
    const [seed, reach] = [5, 3];
    const random = new Random(seed);
    const [down, right] = [random.integer(-reach, reach), random.integer(-reach, reach)];
    assert.ok(down % rows !== 0 && right % cols !== 0, 'the seed must roll the image');
    const { centred } = await model({ jitter: reach, seed });
    const around = (at: number, size: number) => ((at % size) + size) % size;
    const expected = mapped(
      (c, row, col) => eta * w[(c * rows + around(row + down, rows)) * cols + around(col + right, cols)]!,
    );
    assertCloseToScale(centred, expected, 1e-5);
  });

  it('decay takes away its part of the image', async () => {
    const { centred } = await model({ decay: 0.25, steps: 2 });
    assertCloseToScale(centred, scaled(w, eta * (0.75 + 0.75 ** 2)), 1e-5);
  });

  it('blur smooths the image after every so many steps, from its first sigma to its last', async () => {
    const { centred } = await model({ blur: { every: 2, sigma: [2, 0.5] }, steps: 4 });
    const radius = 6; // of the widest
    const first = blurred(scaled(w, 2 * eta), 2 - 1.5 / 3, radius);
    const expected = blurred(
      first.map((value, i) => value + 2 * eta * w[i]!),
      0.5,
      radius,
    );
    assertCloseToScale(centred, expected, 1e-5);
  });

  it('total variation pulls its own derivative', async () => {
    const [weight, noise, seed] = [0.5, 20, 3];
    const start = (await model({ learningRate: 0, noise, seed })).centred;
    const { centred } = await model({ totalVariation: weight, noise, seed });
    const variation = (x: Centred) => {
      const at = (c: number, row: number, col: number) => x[(c * rows + row) * cols + col]!;
      return mapped((c, row, col) => {
        const right = col + 1 < cols ? at(c, row, col + 1) - at(c, row, col) : 0;
        const down = row + 1 < rows ? at(c, row + 1, col) - at(c, row, col) : 0;
        return Math.sqrt(right ** 2 + down ** 2 + 1);
      }).reduce((sum, value) => sum + value, 0);
    };
    const expected = start.map((value, i) => {
      const by = (h: number) => variation(start.map((other, j) => (j === i ? other + h : other)));
      return value + eta * (w[i]! - (weight * (by(1e-4) - by(-1e-4))) / 2e-4);
    });
    assertCloseToScale(centred, expected, 1e-5);
  });

  it('clip keeps pixels to 0-255, also about a mean image', async () => {
    const wild = { learningRate: 1e6 };
    const image = { shape: [channels, rows, cols], data: Float32Array.from(w, (_, i) => (i % 7) / 7) };
    for (const mean of [preprocessing.mean, image]) {
      const [free, kept] = [await model(wild, mean), await model({ ...wild, clip: true }, mean)];
      assert.ok(free.pixels.data.some((value) => value > 300));
      assert.ok(free.pixels.data.some((value) => value < -45));
      const expected = Float32Array.from(free.pixels.data, (value) => Math.min(255, Math.max(0, value)));
      assertCloseToScale(kept.pixels.data, expected, 1e-5);
    }
  });

  it('clip holds after a blur, too, where the limits of a mean image differ from pixel to pixel', async () => {
    const image = { shape: [channels, rows, cols], data: Float32Array.from(w, (_, i) => (i % 2 ? 0.9 : 0.1)) };
    const blur = { every: 1, sigma: [1, 1] } as const;
    const { pixels } = await model({ learningRate: 1e6, clip: true, blur }, image);
    for (const value of pixels.data) assert.ok(value > -1e-3 && value < 255 + 1e-3, `${value}`);
  });
});
