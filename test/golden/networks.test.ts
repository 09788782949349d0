import { join } from 'node:path';
import type { DeviceKind } from '#lib/device/index.js';
import { createNetwork } from '#lib/net/create-network.js';
import { loadNetwork } from '#lib/net/load-network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertClose, assertCloseToScale, assertGradientClose, largestMagnitude } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { caffeInput, goldensOf, image256 } from '../support/goldens.js';
import { loadedFor } from '../support/loaded.js';
import { describeWithDataPack } from '../support/shared.js';

describeWithDataPack('networks of the data pack', (pack) => {
  const onnx = (name: string) => (device: DeviceKind) => loadNetwork(join(pack, 'models', `${name}.onnx`), { device });
  const weights = join(pack, 'models', 'squeezenet1_1.safetensors');
  const nets = [
    { name: 'squeezenet1_1', source: 'ONNX', side: 227, load: onnx('squeezenet1_1') },
    {
      name: 'squeezenet1_1',
      source: 'safetensors without a graph',
      side: 227,
      load: (device: DeviceKind) => createNetwork('squeezenet1_1', { weights, device }),
    },
    { name: 'googlenet', source: 'ONNX', side: 224, load: onnx('googlenet') },
  ];

  for (const { name, source, side, load } of nets) {
    describeOnDevices(`${name} from ${source}`, (kind) => {
      const net = loadedFor(() => load(kind));
      for (const { id, spec, array, bounds } of goldensOf(pack, name)) {
        it(`${id}: scores and saliency map of the best class`, async () => {
          const input = caffeInput(image256(pack, id), side);
          const scores = array('scores').data;
          const bound = { atol: 1e-5 * largestMagnitude(scores), rtol: 1e-4 };
          assertClose((await net().forward(input)).data, scores, bound, 'scores');
          const map = await saliency(net(), input, spec.top1);
          assertGradientClose(map.data, array('saliency_top1').data, bounds('grad_top1'), 'map');
        });

        if (name !== 'squeezenet1_1') continue;
        it(`${id}: DeconvNet from the score`, async () => {
          const target = { class: spec.top1 };
          const signal = await net().gradient(caffeInput(image256(pack, id), side), target, { rule: 'deconvnet' });
          assertGradientClose(signal.data, array('deconv_top1').data, bounds('deconv_top1'));
        });
      }
    });
  }

  describeOnDevices('Tiny VGG from ONNX', (kind) => {
    const net = loadedFor(() => onnx('tinyvgg10')(kind));
    for (const { id, spec, array } of goldensOf(pack, 'tinyvgg10')) {
      it(`${id}: scores, gradient, map, DeconvNet and guided signals, without a flip`, async () => {
        const input = array('input');
        const scores = await net().forward(input);
        assertCloseToScale(scores.data, array('scores').data, 1e-5, 'scores');
        const map = await saliency(net(), input, spec.top1);
        assertCloseToScale(map.data, array('saliency_top1').data, 1e-5, 'map');
        for (const [rule, golden] of [
          ['gradient', 'grad_top1'],
          ['deconvnet', 'deconv_top1'],
          ['guided', 'guided_top1'],
        ] as const) {
          const signal = await net().gradient(input, { class: spec.top1 }, { rule });
          assertCloseToScale(signal.data, array(golden).data, 1e-5, rule);
        }
      });
    }
  });
});
