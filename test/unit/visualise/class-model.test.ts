import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { classModel, type ClassModelOptions } from '#lib/visualise/class-model.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { linear, preprocessing, std } from '../../support/linear-maps.js';
import { fireNet, greyNet, inceptionNet } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';

const [channels, rows, cols] = [3, 5, 4];
const area = rows * cols;
const means = [0.1, 0.2, 0.3].map((mean) => mean * 255);
/** A derivative per grey level in derivatives per number of the input. */
const perLevel = std.map((deviation) => 1 / 255 / deviation);

/** dS/dI of the linear net, [channels, rows, cols] in the network's order. */
function slope(cls: number): Float64Array {
  const w = linear.weights.get('fc.weight')!.data.subarray(cls * 60, (cls + 1) * 60);
  return Float64Array.from(w, (value, i) => value * perLevel[Math.floor(i / area)]!);
}

/** The picture [rows, cols, RGB] of zero-centred pixels of the linear net, whose channels are B, G, R. */
function picture(centred: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: area * channels }, (_, i) => {
    const channel = 2 - (i % 3);
    return centred[channel * area + Math.floor(i / 3)]! + means[channel]!;
  });
}

const plain: ClassModelOptions = { optimiser: 'plain', schedule: 'constant' };
const squared = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value * value, 0);

describeOnDevices('classModel', (kind) => {
  const onLinear = <T>(use: (net: Network) => Promise<T>) => withNetwork(linear, kind, use, { preprocessing });
  const on = <T>(net: typeof linear, use: (net: Network) => Promise<T>, execution: 'replay' | 'eager' = 'replay') =>
    withNetwork(net, kind, use, {
      preprocessing: { channelOrder: net.graph.input.shape[0] === 1 ? 'grey' : 'RGB', range: 255 },
      execution,
    });

  it('of a linear net is the mean image and, after one step, eta w / (1 + 2 eta lambda)', async () => {
    const [eta, lambda] = [5000, 1e-3];
    const model = await onLinear((net) => classModel(net, 2, { ...plain, steps: 1, learningRate: eta, lambda }));
    const expected = slope(2).map((w) => (eta * w) / (1 + 2 * eta * lambda));
    assert.deepEqual(model.pixels.shape, [rows, cols, channels]);
    assertCloseToScale(model.pixels.data, picture(expected), 1e-5);
    assertCloseToScale([model.norm], [Math.sqrt(squared(expected))], 1e-5);
  });

  for (const optimiser of ['plain', 'momentum', 'adam'] as const) {
    it(`ends at w / (2 lambda), where a linear net's objective is highest, by ${optimiser} steps`, async () => {
      const lambda = 1e-4;
      const rate = optimiser === 'adam' ? 2 : 2e4;
      const options = { optimiser, lambda, learningRate: rate, steps: 400, momentum: 0.8, schedule: 'cosine' } as const;
      const model = await onLinear((net) => classModel(net, 1, options));
      assertCloseToScale(model.pixels.data, picture(slope(1).map((w) => w / (2 * lambda))), 2e-3);
      assert.ok(model.stationarity! < 0.02, `stationarity ${model.stationarity}`);
      const last = model.history.at(-1)!;
      assertCloseToScale([last.objective], [last.score - lambda * last.norm ** 2], 1e-6);
      assert.ok(model.history.every(({ objective }) => objective <= last.objective + 1e-5 * Math.abs(last.objective)));
    });
  }

  it('tells the score of its pixels, and of its picture as the network sees it', () =>
    on(fireNet(3), async (net) => {
      const model = await classModel(net, 4, { steps: 12, learningRate: 50, lambda: 1e-4, score: 'unclipped' });
      const centred = Float32Array.from(
        { length: 3 * 21 * 19 },
        (_, i) => model.pixels.data[(i % 399) * 3 + Math.floor(i / 399)]!,
      );
      const ofPixels = await net.forward(array(centred, [3, 21, 19]), { score: 'unclipped' });
      assertCloseToScale([model.score], [ofPixels.data[4]!], 1e-4);
      const ofImage = await net.forward(model.image, { score: 'unclipped' });
      assertCloseToScale([model.scoreOfImage], [ofImage.data[4]!], 1e-5);
      assert.equal(model.history.at(-1)!.score, model.score);
    }));

  it('gives a picture whose rim, of the mean colour, is what preprocessing cuts away', () =>
    onLinear(async (net) => {
      const { image, pixels } = await classModel(net, 0, { ...plain, steps: 2, learningRate: 9000, lambda: 1e-3 });
      assert.deepEqual(
        [image.shape, pixels.shape],
        [
          [5, 8, 3],
          [5, 4, 3],
        ],
      );
      for (let row = 0; row < 5; row++) {
        for (let col = 0; col < 8; col++) {
          const inside = col >= 2 && col < 6;
          for (let c = 0; c < 3; c++) {
            const level = inside ? pixels.get(row, col - 2, c) : means[2 - c]!;
            assert.ok(Math.abs(image.get(row, col, c) - Math.min(255, Math.max(0, level))) <= 0.5001);
          }
        }
      }
    }));

  it('of several classes and seeds gives each what it gets alone', () =>
    on(fireNet(5), async (net) => {
      const options = { steps: 6, learningRate: 30, noise: 4, jitter: 3, score: 'unclipped' } as const;
      const together = await classModel(net, [3, 0], { ...options, seed: [7, 8] });
      assert.deepEqual(
        together.map((model) => [model.class, model.seed]),
        [
          [3, 7],
          [3, 8],
          [0, 7],
          [0, 8],
        ],
      );
      for (const model of together) {
        const alone = await classModel(net, model.class!, { ...options, seed: model.seed });
        assertCloseToScale(model.pixels.data, alone.pixels.data, 1e-4);
      }
      assert.notDeepEqual(together[0]!.pixels.data, together[1]!.pixels.data);
    }));

  it('replays the bits of eager calls, and the same seed gives the same bits', async () => {
    const options = { preset: 'robust', steps: 5, totalVariation: 0.1, jitter: 2, noise: 3, seed: 11 } as const;
    const run = (execution: 'replay' | 'eager') => on(fireNet(5), (net) => classModel(net, 2, options), execution);
    const [first, again, eager] = [await run('replay'), await run('replay'), await run('eager')];
    assert.deepEqual(again.pixels.data, first.pixels.data);
    assert.deepEqual(eager.pixels.data, first.pixels.data);
    assert.deepEqual(eager.history, first.history);
  });

  const targets = {
    'a contrast': { classes: { 1: 1, 3: -2 } },
    'a unit': { layer: 'concat', channel: 5, row: 2, col: 1 },
    'a channel, by its mean,': { layer: 'relu_a', channel: 1 },
    'a layer, by half its squares,': { layer: 'b' },
  };
  for (const [name, target] of Object.entries(targets)) {
    it(`of ${name} makes its first step along the gradient of that`, () =>
      on(inceptionNet(2), async (net) => {
        const options = { ...plain, steps: 1, learningRate: 3, lambda: 0, noise: 20, seed: 5 };
        const start = await classModel(net, target, { ...options, learningRate: 0 });
        const { pixels, score } = await classModel(net, target, options);
        const [height, width] = net.inputShape.slice(1) as [number, number];
        const input = Float32Array.from({ length: pixels.data.length }, (_, i) => {
          const at = (i % (height * width)) * 3 + Math.floor(i / (height * width));
          return start.pixels.data[at]!;
        });
        const at = array(input, [3, height, width]);
        const layer = 'layer' in target ? (await net.forward(at, { layers: [target.layer] }))[target.layer]! : null;
        const weights = layer && array(new Float32Array(layer.data.length), layer.shape);
        if (weights && 'row' in target) weights.set(target.channel, target.row, target.col, 1);
        else if (weights && 'channel' in target) {
          const plane = weights.shape[1]! * weights.shape[2]!;
          weights.data.fill(1 / plane, target.channel * plane, (target.channel + 1) * plane);
        } else weights?.data.set(layer!.data);
        const direction = await net.gradient(
          at,
          weights
            ? { layer: (target as { layer: string }).layer, weights }
            : (target as { classes: Record<string, number> }),
        );
        const moved = Float32Array.from(direction.data, (g, i) => input[i]! + 3 * g);
        const shown = Float32Array.from(
          { length: moved.length },
          (_, i) => moved[(i % 3) * height * width + Math.floor(i / 3)]!,
        );
        assertCloseToScale(pixels.data, shown, 1e-5);
        assert.ok(score > start.score, `${score} is not above ${start.score}`);
      }));
  }

  it('keeps snapshots, tells of every step, and is given up by its signal', () =>
    on(greyNet(), async (net) => {
      const seen: number[] = [];
      const onProgress = ({ done, total }: { done: number; total: number | null }) => void seen.push(done, total!);
      const model = await classModel(net, 1, { steps: 4, noise: 20, snapshots: 2, onProgress });
      assert.deepEqual(seen, [1, 4, 2, 4, 3, 4, 4, 4]);
      assert.deepEqual(
        model.snapshots.map(({ step, image }) => [step, image.shape]),
        [
          [2, [256, 256, 1]],
          [4, [256, 256, 1]],
        ],
      );
      assert.deepEqual(model.snapshots[1]!.image.data, model.image.data);
      const stop = new AbortController();
      const stopped = classModel(net, 1, {
        steps: 1000,
        noise: 20,
        signal: stop.signal,
        onProgress: () => stop.abort('enough'),
      });
      await assert.rejects(stopped, (reason) => reason === 'enough');
      await net.forward(array(new Float32Array(63), [1, 9, 7]));
    }));
});
