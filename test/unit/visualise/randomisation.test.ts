import assert from 'node:assert/strict';
import { openDevice } from '#lib/device/index.js';
import { array, type FloatArray } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import type { PreprocessingChoice } from '#lib/net/preprocessing.js';
import { weightSets } from '#lib/net/weight-sets.js';
import { atOnce } from '#lib/steps.js';
import { randomisation, type Randomisation, type RandomisationOptions } from '#lib/visualise/randomisation.js';
import { rankCorrelation, ranking } from '#lib/visualise/rank-correlation.js';
import { redrawnWeights, type RedrawOptions } from '#lib/visualise/redrawn-weights.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../../support/devices.js';
import { NetBuilder, type TestNet } from '../../support/net-builder.js';
import { fireNet, miniAlexNet, repeatedNet, residualNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { picture } from '../../support/pictures.js';

const preprocessing: PreprocessingChoice = {
  ...{ channelOrder: 'BGR', range: 1, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.9] },
  ...{ resize: { rows: 24, cols: 22 }, crop: 'centre' },
};

/** The net with the weights of some sets redrawn, as a net of its own. */
function redrawn({ graph, weights }: TestNet, options: RedrawOptions, which: (place: number) => boolean): TestNet {
  const own = new Map(weights);
  for (const [place, set] of weightSets(graph).entries()) {
    if (!which(place)) continue;
    for (const [name, data] of atOnce(redrawnWeights(weights, set, place, options))) {
      own.set(name, { shape: weights.get(name)!.shape, data });
    }
  }
  return { graph, weights: own };
}

const correlation = (a: FloatArray, b: FloatArray, change: (value: number) => number) =>
  rankCorrelation(atOnce(ranking(a.data.map(change))), atOnce(ranking(b.data.map(change))));

describeOnDevices('randomisation', (kind) => {
  const nets: Record<string, () => TestNet> = {
    'mini AlexNet': miniAlexNet,
    fire: fireNet,
    'residual, with scales and shifts': residualNet,
    'repeated, with shared weights': () => repeatedNet('shared'),
    'without a bias': () =>
      new NetBuilder([3, 9, 8], 2)
        .convWithoutBias('conv', 'x', [6, 3, 3, 3], {})
        .relu('relu', 'conv')
        .linear('fc', 'relu', [4, 252])
        .build(),
  };
  for (const [name, make] of Object.entries(nets)) {
    const ways = [
      ['cascading', 'initial'],
      ['independent', 'permuted'],
      ['cascading', 'permuted'],
    ] as const;
    for (const [order, redraw] of ways) {
      it(`${name}, ${order}, ${redraw}: what networks with such weights give, one by one`, async () => {
        const [net, seed] = [make(), 5];
        const input = inputFor(net, 3);
        const rules = ['gradient', 'deconvnet', 'guided'] as const;
        const found = await withNetwork(net, kind, (one) =>
          randomisation(one, input, 2, { order, rules, redraw, seed }),
        );
        const mapsOf = (one: Network) =>
          Promise.all(rules.map((rule) => saliency(one, input, 2, { rule, signed: true, score: 'unclipped' })));
        const before = await withNetwork(net, kind, mapsOf);
        const sets = weightSets(net.graph);
        assert.deepEqual(
          found.layers.map(({ layer }) => layer),
          sets.map(([{ name }]) => name),
        );
        for (const [place, { correlations }] of found.layers.entries()) {
          const which = (other: number) => (order === 'cascading' ? other <= place : other === place);
          const after = await withNetwork(redrawn(net, { redraw, seed }, which), kind, mapsOf);
          const expected = rules.map((rule, r) => [
            rule,
            {
              absolute: correlation(before[r]!, after[r]!, Math.abs),
              signed: correlation(before[r]!, after[r]!, (value) => value),
            },
          ]);
          assert.deepEqual(correlations, Object.fromEntries(expected));
        }
      });
    }
  }

  const net = fireNet();
  const onFire = <T>(use: (network: Network) => Promise<T>) => withNetwork(net, kind, use, { preprocessing });
  const photo = picture(4, 30, 40);

  it('is of the best class of the network as it is, of an image and of an input', () =>
    onFire(async (network) => {
      for (const img of [photo, network.input(photo)]) {
        const found = await randomisation(network, img);
        assert.deepEqual([found.prediction], await classify(network, img, { top: 1 }));
        assert.deepEqual(found, await randomisation(network, img, found.prediction.class));
        assert.equal(found.order, 'cascading');
        assert.deepEqual(Object.keys(found.layers[0]!.correlations), ['gradient', 'guided']);
      }
    }));

  it('of an image is of maps per grey level, as saliency is', () =>
    onFire(async (network) => {
      const ofImage = await randomisation(network, photo, 1);
      const before = await saliency(network, photo, 1, { signed: true, score: 'unclipped' });
      const other = await withNetwork(
        redrawn(net, { redraw: 'initial', seed: 0 }, (place) => place === 0),
        kind,
        (one) => saliency(one, photo, 1, { signed: true, score: 'unclipped' }),
        { preprocessing },
      );
      assert.equal(ofImage.layers[0]!.correlations.gradient!.absolute, correlation(before, other, Math.abs));
    }));

  it('of several classes, more than go back at once, gives each as if it were alone', () =>
    onFire(async (network) => {
      const classes = [3, 0, 6, 1, 2, 4, 5, 3, 1, 0];
      const together = await randomisation(network, photo, classes, { rules: ['guided'] });
      for (const [i, cls] of classes.entries()) {
        assert.deepEqual(together[i], await randomisation(network, photo, cls, { rules: ['guided'] }));
      }
      assert.deepEqual(await randomisation(network, photo, [3], { rules: ['guided'] }), together.slice(0, 1));
    }));

  it('of an array and of an async iterable gives each image as if it were alone', () =>
    onFire(async (network) => {
      const images = [photo, picture(5, 26, 23), picture(6, 40, 30)];
      const alone: Randomisation[] = [];
      for (const [i, img] of images.entries()) alone.push(await randomisation(network, img, i));
      assert.deepEqual(await randomisation(network, images, (i) => i), alone);
      async function* stream() {
        for (const img of images) yield await Promise.resolve(img);
      }
      const streamed: Randomisation[] = [];
      for await (const one of randomisation(network, stream(), (i) => i)) streamed.push(one);
      assert.deepEqual(streamed, alone);
    }));

  it('follows from the seed', () =>
    onFire(async (network) => {
      const [one, again, other] = [
        await randomisation(network, photo, 1, { seed: 7 }),
        await randomisation(network, photo, 1, { seed: 7 }),
        await randomisation(network, photo, 1, { seed: 8 }),
      ];
      assert.deepEqual(again, one);
      assert.notDeepEqual(other, one);
    }));

  it('has no correlation, null, with a map that has died', () =>
    onFire(async (network) => {
      // A class score behind a ReLU is 0 for some of the redrawn weights.
      const found: Randomisation[] = [];
      for (let seed = 0; seed < 8; seed++) {
        found.push(...(await randomisation(network, photo, [0, 1, 2, 3, 4, 5, 6], { seed, score: 'class' })));
      }
      const all = found.flatMap(({ layers }) => layers.map(({ correlations }) => correlations.gradient!));
      const dead = all.filter(({ absolute }) => absolute === null);
      assert.ok(dead.length > 0 && dead.length < all.length, `${dead.length} of ${all.length}`);
      assert.ok(dead.every(({ signed }) => signed === null));
    }));

  it('never changes the network, nor what calls at the same time see', () =>
    onFire(async (network) => {
      const weights = [...network.model.weights].map(([name, { data }]) => [name, data.slice()] as const);
      const before = await saliency(network, photo, [0, 1, 2]);
      let done = false;
      const running = randomisation(network, [photo, photo], 1).finally(() => (done = true));
      let others = 0;
      for (; !done || others < 3; others++) assert.deepEqual(await saliency(network, photo, [0, 1, 2]), before);
      await running;
      for (const [name, data] of weights) assert.deepEqual(network.model.weights.get(name)!.data, data);
    }));

  it('gives all of its memory back, also where it is aborted, fails, or reports to what throws', async () => {
    const device = await openDevice(kind);
    const network = await openNetwork('test', { ...net, preprocessing: null, classes: null }, { device });
    const input = inputFor(net, 2);
    await saliency(network, input, 1);
    const inUse = async () => {
      await device.sync();
      const { tensors, weights } = device.memory();
      return { tensors, weights };
    };
    const before = await inUse();
    const calls: Record<string, (options: RandomisationOptions) => Promise<unknown>> = {
      whole: (options) => randomisation(network, input, 1, options),
      aborted: async (options) => {
        const controller = new AbortController();
        const call = randomisation(network, input, 1, { ...options, signal: controller.signal });
        setImmediate(() => controller.abort());
        await assert.rejects(call, { name: 'AbortError' });
      },
      failing: (options) => assert.rejects(randomisation(network, array(input.data.map(() => 3e38), input.shape), 1, options), { code: 'ERR_ARGUMENT', message: /scores must be finite/ }), // prettier-ignore
      throwing: (options) =>
        assert.rejects(randomisation(network, input, 1, { ...options, onProgress: () => Promise.reject(new Error()) })),
    };
    for (const [title, call] of Object.entries(calls)) {
      await call({ order: 'independent' });
      // What was aborted ends by itself.
      for (let turn = 0; turn < 200 && (await inUse()).weights > before.weights; turn++) await tick();
      assert.deepEqual(await inUse(), before, title);
    }
    await network.dispose();
    device.dispose();
  });

  it('is waited for by dispose, and is refused after it', async () => {
    const network = await openNetwork('test', { ...net, preprocessing: null, classes: null }, { device: kind });
    const input = inputFor(net, 2);
    const expected = await randomisation(network, input, 1);
    const call = randomisation(network, input, 1);
    let settled = false;
    void call.then(() => (settled = true));
    await network.dispose();
    assert.equal(settled, true);
    assert.deepEqual(await call, expected);
    await assert.rejects(randomisation(network, input, 1), { code: 'ERR_DISPOSED' });
  });
});

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
