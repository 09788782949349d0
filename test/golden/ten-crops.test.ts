import assert from 'node:assert/strict';
import { join } from 'node:path';
import { classify, loadNetwork, readImage, saliency } from '#lib/index.js';
import { assertClose, assertGradientClose, largestMagnitude } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { goldensOf, image256 } from '../support/goldens.js';
import { loadedFor } from '../support/loaded.js';
import { describeWithDataPack } from '../support/shared.js';

describeWithDataPack('ten crops with SqueezeNet 1.0', (pack) => {
  const model = join(pack, 'models', 'squeezenet1_0.onnx');
  describeOnDevices('of the whole image', (kind) => {
    const net = loadedFor(() => loadNetwork(model, { device: kind, preprocessing: 'caffe' }));
    const tenCrops = true;
    for (const { id, spec, array, bounds } of goldensOf(pack, 'squeezenet1_0')) {
      it(`${id}: the map of the centre crop's class`, async () => {
        const img = await readImage(image256(pack, id));
        const expected = array('tencrop_saliency_top1');
        const map = await saliency(net(), img, spec.top1, { tenCrops });
        assert.deepEqual([map.shape, map.seen], [expected.shape, null]);
        assertGradientClose(map.data, expected.data, bounds('grad_top1'));
      });

      it(`${id}: mean scores and, where no class is named, the map of the best`, async () => {
        const img = await readImage(image256(pack, id));
        const predictions = await classify(net(), img, { tenCrops, top: net().classes.length });
        const expected = array('tencrop_scores_mean').data;
        const scores = new Float64Array(expected.length);
        for (const { class: index, score } of predictions) scores[index] = score;
        assertClose(scores, expected, { atol: 1e-5 * largestMagnitude(expected), rtol: 1e-4 }, 'mean scores');
        const top = predictions[0]!.class;
        const { data } = await saliency(net(), img, undefined, { tenCrops });
        assert.deepEqual(data, (await saliency(net(), img, top, { tenCrops })).data);
      });
    }
  });
});
