import assert from 'node:assert/strict';
import { array, type FloatArray } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import { atOnce } from '#lib/steps.js';
import { blurred } from '#lib/image/blurred.js';
import { insertionDeletion, type Curve } from '#lib/visualise/insertion-deletion.js';
import { framed } from '#lib/image/framed-map.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertClose, assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { linear, photo, preprocessing, products } from '../../support/linear-maps.js';
import { miniAlexNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const [rows, cols, pixels] = [5, 4, 20];
const input = array(new Random(3).normals(60), [3, rows, cols]);
const cls = 2;
/** What each pixel adds to the score of the linear net. */
const added = Float32Array.from(products(cls, input.data));
const map = array(added, [rows, cols]);
/** One pixel a step, and the score, which is then a sum of these. */
const whole = { steps: pixels, score: 'class', insertion: 'mean', deletion: 'mean', orders: 1 } as const;

const sum = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);
const areaOf = ({ values }: Curve) => (sum(values) - values[0]! / 2 - values.at(-1)! / 2) / (values.length - 1);

async function scoresOf(net: Network, x: FloatArray): Promise<Float32Array> {
  return (await net.forward(x)).data;
}

describeOnDevices('insertionDeletion', (kind) => {
  const onLinear = <T>(use: (net: Network) => Promise<T>) => withNetwork(linear, kind, use, { preprocessing });

  it('of a linear net is in closed form: the largest products are added first, and taken away first', () =>
    onLinear(async (net) => {
      const found = await insertionDeletion(net, input, map, cls, whole);
      const bias = linear.weights.get('fc.bias')!.data[cls]!;
      const falling = [...added].sort((a, b) => b - a);
      const partial = Array.from({ length: pixels + 1 }, (_, k) => sum(falling.slice(0, k)));
      const total = sum(added);
      assertCloseToScale(found.insertion.values, partial.map((part) => bias + part), 1e-5); // prettier-ignore
      assertCloseToScale(found.deletion.values, partial.map((part) => bias + total - part), 1e-5); // prettier-ignore
      for (const curve of [found.insertion, found.deletion, found.random.insertion, found.random.deletion]) {
        assertClose(curve.shares, Array.from({ length: pixels + 1 }, (_, k) => k / pixels), { atol: 1e-12, rtol: 0 }); // prettier-ignore
        assert.ok(Math.abs(curve.area - areaOf(curve)) < 1e-9);
      }
      assert.ok(found.insertion.area > found.random.insertion.area && found.deletion.area < found.random.deletion.area);
    }));

  it('changes every pixel once in the order by lot, which follows from the seed', () =>
    onLinear(async (net) => {
      const orderOf = async (seed: number) => {
        const { random } = await insertionDeletion(net, input, map, cls, { ...whole, seed });
        const steps = random.insertion.values.slice(1).map((value, k) => value - random.insertion.values[k]!);
        assertCloseToScale([...steps].sort((a, b) => a - b), [...added].sort((a, b) => a - b), 1e-5); // prettier-ignore
        return random;
      };
      assert.deepEqual(await orderOf(4), await orderOf(4));
      assert.notDeepEqual(await orderOf(4), await orderOf(5));
    }));

  it('gives the mean of several orders by lot, three unless told otherwise', () =>
    onLinear(async (net) => {
      const of = async (options: object) => (await insertionDeletion(net, input, map, cls, options)).random;
      const [one, two, three] = [await of({ orders: 1 }), await of({ orders: 2 }), await of({ orders: 3 })];
      assert.deepEqual(await of({}), three);
      // The second and third alone.
      const second = two.insertion.values.map((value, k) => 2 * value - one.insertion.values[k]!);
      const third = three.insertion.values.map((value, k) => 3 * value - 2 * two.insertion.values[k]!);
      for (const values of [second, third]) {
        assertClose([values[0]!, values.at(-1)!], [one.insertion.values[0]!, one.insertion.values.at(-1)!], { atol: 1e-6, rtol: 0 }); // prettier-ignore
        assert.ok(values.some((value, k) => Math.abs(value - one.insertion.values[k]!) > 1e-3));
      }
    }));

  it('takes equal values of a map in row-major order', () =>
    onLinear(async (net) => {
      const flat = array(new Float32Array(pixels), [rows, cols]);
      const { insertion } = await insertionDeletion(net, input, flat, cls, whole);
      const steps = insertion.values.slice(1).map((value, k) => value - insertion.values[k]!);
      assertCloseToScale(steps, added, 1e-5);
    }));

  it('begins and ends at the whole and the bare input, by a forward pass each, also of a posterior', () =>
    withNetwork(miniAlexNet(), kind, async (net) => {
      const x = inputFor(miniAlexNet(), 5);
      const own = inputFor(miniAlexNet(), 6);
      const saliencyMap = await saliency(net, x, 3);
      const posterior = async (of: FloatArray) => (await net.forward(of, { score: 'posterior' })).data[3]!;
      const blank = array(new Float32Array(x.data.length), x.shape);
      const smooth = array(atOnce(blurred(x.data, [35, 31], 2)), x.shape);
      const of = (options: object) => insertionDeletion(net, x, saliencyMap, undefined, { steps: 7, ...options });
      const ends = ({ values }: Curve) => [values[0]!, values.at(-1)!];
      const close = (found: readonly number[], expected: readonly number[]) => assertClose(found, expected, { atol: 1e-6, rtol: 1e-5 }); // prettier-ignore
      const standard = await of({ sigma: 2 });
      close(ends(standard.insertion), [await posterior(smooth), await posterior(x)]);
      close(ends(standard.deletion), [await posterior(x), await posterior(blank)]);
      close(ends(standard.random.insertion), ends(standard.insertion));
      const turned = await of({ sigma: 2, insertion: own, deletion: 'blur' });
      close(ends(turned.insertion), [await posterior(own), await posterior(x)]);
      close(ends(turned.deletion), [await posterior(x), await posterior(smooth)]);
    }));

  it('in between has replaced the pixels of the largest values, in every channel: by brute force', () =>
    withNetwork(miniAlexNet(), kind, async (net) => {
      const x = inputFor(miniAlexNet(), 5);
      const saliencyMap = await saliency(net, x, 3);
      const area = 35 * 31;
      const order = [...saliencyMap.data.keys()].sort((a, b) => saliencyMap.data[b]! - saliencyMap.data[a]! || a - b);
      const steps = 40; // more points than a batch holds
      const found = await insertionDeletion(net, x, saliencyMap, 3, { steps, score: 'class' });
      assert.ok(steps > net.largestBatch);
      for (const k of [1, 13, 39]) {
        const replaced = x.data.slice();
        const count = Math.round((k / steps) * area);
        for (const p of order.slice(0, count)) for (let c = 0; c < 3; c++) replaced[c * area + p] = 0;
        const [score, told] = [(await scoresOf(net, array(replaced, x.shape)))[3]!, found.deletion.values[k]!];
        assert.ok(Math.abs(score - told) < 1e-4 * Math.abs(score), `${k}: ${told} instead of ${score}`);
        assert.equal(found.deletion.shares[k], count / area);
      }
    }));

  it('is of what the map says, else of the best class, and tells what the network says of it', () =>
    onLinear(async (net) => {
      const img = photo(5, 8);
      const all = await classify(net, img, { top: 4 });
      const worst = all.at(-1)!;
      const ofMap = await insertionDeletion(net, img, await saliency(net, img, worst.class));
      assert.deepEqual(ofMap.prediction, worst);
      assert.deepEqual((await insertionDeletion(net, img, map)).prediction, all[0]);
      assert.deepEqual((await insertionDeletion(net, img, map, all[1]!.class)).prediction, all[1]);
      assert.ok(Math.abs(ofMap.deletion.values[0]! - worst.posterior) < 1e-6);
    }));

  it('of an array and of an async iterable takes the map of each image', () =>
    onLinear(async (net) => {
      const images = [photo(5, 8), input, photo(6, 9)];
      const maps = [map, array(added.map((value) => -value), [rows, cols]), await saliency(net, images[2]!, 1)]; // prettier-ignore
      const alone = [
        await insertionDeletion(net, images[0]!, maps[0]!, 3),
        await insertionDeletion(net, images[1]!, maps[1]!, 0),
        await insertionDeletion(net, images[2]!, maps[2]!),
      ];
      const classes = (i: number) => [3, 0, undefined][i];
      assert.deepEqual(await insertionDeletion(net, images, maps, classes), alone);
      async function* stream() {
        for (const img of images) yield await Promise.resolve(img);
      }
      const streamed: unknown[] = [];
      for await (const one of insertionDeletion(net, stream(), maps, classes)) streamed.push(one);
      assert.deepEqual(streamed, alone);
      const short = insertionDeletion(net, images, maps.slice(1));
      await assert.rejects(short, { code: 'ERR_ARGUMENT', message: /map must be an array of maps, one for each image, got/ }); // prettier-ignore
    }));

  const refused: [title: string, map: unknown, cls: unknown, options: object, error: object][] = [
    ['a map of another size', array(new Float32Array(20), [4, 5]), 1, {}, { code: 'ERR_SHAPE', message: /^insertionDeletion: map must be \[5, 4\], in the frame of the network's input, got \[4, 5\]; make it with frame: 'input'$/ }],
    ['a map in the frame of an image of that size', framed(array(added.slice(), [5, 4]), Uint8Array.from(added, (_, i) => (i < 4 ? 0 : 1))), 1, {}, { code: 'ERR_SHAPE', message: /map must be \[5, 4\], in the frame of the network's input, got \[5, 4\], of which the network saw a part \(map\.seen\); make it with frame: 'input'$/ }],
    ['a NaN in the map', array(added.map((value, i) => (i === 6 ? NaN : value)), [5, 4]), 1, {}, { code: 'ERR_ARGUMENT', message: /map must be finite, got NaN at \[row, col\] \[1, 2\]/ }],
    ['a map of bytes', array(new Uint8Array(20), [5, 4]), 1, {}, { code: 'ERR_DTYPE', message: /map must hold float32/ }],
    ['no map', undefined, 1, {}, { code: 'ERR_ARGUMENT', message: /map must be a Float32 ndarray \[rows, cols\], got undefined/ }],
    ['several classes', map, [1, 2], {}, { code: 'ERR_ARGUMENT', message: /class must be one class, that of the map, got \[1, 2\]/ }],
    ['more steps than pixels', map, 1, { steps: 21 }, { code: 'ERR_ARGUMENT', message: /steps must be an integer from 1 to 20, got 21/ }],
    ['a baseline that it does not know', map, 1, { deletion: 'black' }, { code: 'ERR_ARGUMENT', message: /deletion must be 'blur', 'mean', or one image or input, got "black"/ }],
    ['a baseline of another size', map, 1, { insertion: array(new Float32Array(4), [1, 2, 2]) }, { code: 'ERR_SHAPE', message: /^insertionDeletion: insertion must be/ }],
    ['a batch of baselines', map, 1, { insertion: array(new Float32Array(60), [1, 3, 5, 4]) }, { code: 'ERR_ARGUMENT', message: /insertion must be .* one image or input/ }],
    ['a sigma below 0', map, 1, { sigma: -1 }, { code: 'ERR_ARGUMENT', message: /sigma must be a number from 0 to 1000, got -1/ }],
    ['no orders', map, 1, { orders: 0 }, { code: 'ERR_ARGUMENT', message: /orders must be an integer from 1 to 1000, got 0/ }],
    ['an option that it does not know', map, 1, { step: 3 }, { code: 'ERR_ARGUMENT', message: /unknown option step; did you mean steps\?/ }],
  ]; // prettier-ignore
  for (const [title, given, chosen, options, error] of refused) {
    it(`refuses ${title}`, () =>
      onLinear((net) =>
        assert.rejects(insertionDeletion(net, input, given as never, chosen as never, options), error),
      ));
  }

  it('refuses batches, and what is no network', () =>
    onLinear(async (net) => {
      const batch = array(new Float32Array(60), [1, 3, 5, 4]);
      await assert.rejects(insertionDeletion(net, batch, map), /img must be one image or input, got a batch of 1/);
      await assert.rejects(insertionDeletion({} as Network, input, map), /net must be a network/);
    }));
});
