import assert from 'node:assert/strict';
import { array, type FloatArray, type Image } from '#lib/ndarray.js';
import type { NetworkInput } from '#lib/net/batch.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import type { Prediction } from '#lib/net/predictions.js';
import { inputTimesGradient } from '#lib/visualise/input-times-gradient.js';
import { insertionDeletion, type InsertionDeletion } from '#lib/visualise/insertion-deletion.js';
import { integratedGradients, type IntegratedGradientsMap } from '#lib/visualise/integrated-gradients.js';
import { randomisation, type Randomisation } from '#lib/visualise/randomisation.js';
import { saliency, type SaliencyMap } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../../support/devices.js';
import { linearNet } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';

const img: Image = array(new Uint8Array(60), [5, 4, 3]);
const input: FloatArray = array(new Float32Array(60), [3, 5, 4]);
async function* many(): AsyncGenerator<Image> {
  yield img;
}
async function* inputs(): AsyncGenerator<FloatArray> {
  yield input;
}
const isMap = (map: SaliencyMap) => map.shape.join() === '5,4' && map.seen === null;
const isList = (list: Prediction[]) => list.length === 4 && typeof list[0]!.score === 'number';

/** Each result is assigned to its type: compiling these calls is the test, running them shows that the types are true. */
describeOnDevices('the static type', (kind) => {
  const withLinear = (use: (net: Network) => Promise<void>) => {
    const preprocessing = { channelOrder: 'RGB', range: 1, resize: { rows: 5, cols: 4 } } as const;
    return withNetwork(linearNet(), kind, use, { preprocessing });
  };

  it('of saliency is a map for one image, and maps for several classes', () =>
    withLinear(async (net) => {
      const map: SaliencyMap = await saliency(net, img);
      const ofClass: SaliencyMap = await saliency(net, input, 2, { signed: true });
      const perClass: SaliencyMap[] = await saliency(net, img, [1, 2]);
      const chosen: SaliencyMap = await saliency(net, img, (index) => (index === 0 ? 3 : undefined));
      const several: SaliencyMap[] = await saliency(net, img, (index) => [index, 1]);
      assert.ok([map, ofClass, ...perClass, chosen, ...several].every(isMap));
      // @ts-expect-error one class gives no array
      const wrong: SaliencyMap[] = await saliency(net, img, 2);
      assert.ok(!Array.isArray(wrong));
    }));

  it('of saliency is one array for several classes of a batch, and maps for those of an input', () =>
    withLinear(async (net) => {
      const batch: FloatArray = array(new Float32Array(120), [2, 3, 5, 4]);
      const ofBatch: SaliencyMap | SaliencyMap[] = await saliency(net, batch, [1, 2, 0]);
      const ofInput: SaliencyMap | SaliencyMap[] = await saliency(net, input, (index) => [index, 1]);
      assert.ok(!Array.isArray(ofBatch) && ofBatch.shape.join() === '2,3,5,4' && ofBatch.predictions.length === 6);
      assert.ok(Array.isArray(ofInput) && ofInput.length === 2 && ofInput.every(isMap));
      const ofBatches: (SaliencyMap | SaliencyMap[])[] = await saliency(net, [batch], [1, 2]);
      assert.ok(!Array.isArray(ofBatches[0]));
      // @ts-expect-error a batch gives no array of maps, and the type of an input does not tell
      const wrong: SaliencyMap[] = await saliency(net, batch, [1]);
      assert.ok(!Array.isArray(wrong));
    }));

  it("of saliency's relatives is as of saliency, with what their maps tell beside it", () =>
    withLinear(async (net) => {
      const map: SaliencyMap = await inputTimesGradient(net, img);
      const ofDefault: SaliencyMap = await inputTimesGradient(net, input, undefined, { score: 'unclipped' });
      const perClass: IntegratedGradientsMap[] = await integratedGradients(net, img, [1, 2], { steps: 1 });
      const ofArray: IntegratedGradientsMap[][] = await integratedGradients(net, [img], [1, 2], { steps: 1 });
      const one: IntegratedGradientsMap = await integratedGradients(net, img, (index) => index, { steps: 1 });
      assert.ok([map, ofDefault, ...perClass, ...ofArray[0]!, one].every(isMap));
      assert.equal(one.completeness.length, 1);
      for await (const streamed of integratedGradients(net, many(), 2, { steps: 1 })) {
        const { completeness }: IntegratedGradientsMap = streamed;
        assert.equal(completeness.length, 1);
      }
      // @ts-expect-error only integrated gradients tell their completeness
      assert.equal(map.completeness, undefined);
    }));

  it('of the checks is one result for one class and image, and arrays for several', () =>
    withLinear(async (net) => {
      const one: Randomisation = await randomisation(net, img);
      const perClass: Randomisation[] = await randomisation(net, input, [1, 2]);
      const chosen: Randomisation[] = await randomisation(net, [img], (index) => index);
      const several: Randomisation[][] = await randomisation(net, [img], (index) => [index]);
      assert.ok([one, ...perClass, ...chosen, ...several.flat()].every(({ layers }) => layers.length === 1));
      for await (const streamed of randomisation(net, many(), [2])) assert.equal(streamed[0]!.prediction.class, 2);
      const map: SaliencyMap = await saliency(net, img);
      const curves: InsertionDeletion = await insertionDeletion(net, img, map);
      const ofArray: InsertionDeletion[] = await insertionDeletion(net, [img], [map], (index) => index);
      assert.ok([curves, ...ofArray].every(({ insertion, random }) => insertion.area === random.insertion.area));
      // @ts-expect-error several images need several maps
      await assert.rejects(insertionDeletion(net, [img], map));
      // @ts-expect-error a map is of one class
      await assert.rejects(insertionDeletion(net, img, map, [1]));
    }));

  it('of saliency is an array for an array', () =>
    withLinear(async (net) => {
      const maps: SaliencyMap[] = await saliency(net, [img, input]);
      const perClass: SaliencyMap[][] = await saliency(net, [img], [1, 2]);
      const chosen: SaliencyMap[][] = await saliency(net, [img], (index) => [index]);
      assert.ok([...maps, ...perClass.flat(), ...chosen.flat()].every(isMap));
    }));

  it('of saliency is an async generator, and no promise, for an async iterable', () =>
    withLinear(async (net) => {
      const maps: AsyncGenerator<SaliencyMap, void, undefined> = saliency(net, many(), 1);
      const perClass: AsyncIterable<SaliencyMap[]> = saliency(net, many(), (index) => [index, 1]);
      for await (const map of maps) assert.ok(isMap(map));
      for await (const some of perClass) assert.ok(some.length === 2 && some.every(isMap));
    }));

  it('of classify is a list, an array of lists or an async generator of lists', () =>
    withLinear(async (net) => {
      const list: Prediction[] = await classify(net, img, { tenCrops: true });
      const lists: Prediction[][] = await classify(net, [img, img]);
      assert.ok([list, ...lists].every(isList));
      const generated: AsyncGenerator<Prediction[], void, undefined> = classify(net, many());
      for await (const one of generated) assert.ok(isList(one));
      const either: NetworkInput[] = [img, input];
      for (const one of either) assert.ok(isList(await classify(net, one)));
    }));

  it('of classify of a float32 input is a list', () =>
    withLinear(async (net) => {
      const [best] = await classify(net, input);
      assert.equal(typeof best!.score, 'number');
      const ofOwn: Prediction[] = await classify(net, net.input(img), { top: 4 });
      const ofSeveral = await classify(net, [input, input]);
      assert.ok([ofOwn, ...ofSeveral].every(isList));
      assert.equal(typeof ofSeveral[1]![0]!.class, 'number');
      for await (const [first] of classify(net, inputs())) assert.equal(typeof first!.class, 'number');
    }));

  it('of classify of a batch is what the result is declared as: lists', () =>
    withLinear(async (net) => {
      const batch: FloatArray = array(new Float32Array(120), [2, 3, 5, 4]);
      const lists: Prediction[][] = await classify(net, batch);
      const named = await classify<Prediction[][]>(net, batch);
      const ofSeveral = await classify<Prediction[][]>(net, [batch]);
      assert.ok([...lists, ...named, ...ofSeveral[0]!].every(isList));
      // @ts-expect-error an input counts as one unless it is declared as a batch
      const wrong: Prediction[][] = (await classify(net, batch)).slice();
      assert.equal(wrong.length, 2);
    }));
});
