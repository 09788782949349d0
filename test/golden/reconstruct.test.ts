import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadNetwork } from '#lib/net/load-network.js';
import { reconstruct } from '#lib/visualise/reconstruct.js';
import { assertCloseToScale, assertGradientClose } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { goldensOf } from '../support/goldens.js';
import { loadedFor } from '../support/loaded.js';
import { describeWithDataPack } from '../support/shared.js';

describeWithDataPack('reconstruct', (pack) => {
  describeOnDevices('with SqueezeNet 1.0', (kind) => {
    const net = loadedFor(() => loadNetwork(join(pack, 'models', 'squeezenet1_0.onnx'), { device: kind }));
    for (const { id, spec, array, bounds } of goldensOf(pack, 'squeezenet1_0')) {
      it(`${id}: DeconvNet and guided signals of the score, and whether they are zero`, async () => {
        const [deconvnet, guided] = await Promise.all(
          (['deconvnet', 'guided'] as const).map((rule) =>
            reconstruct(net(), array('input'), { class: spec.top1 }, { rule }),
          ),
        );
        assert.equal(deconvnet!.zero, spec.deconv_top1_identically_zero === true);
        if (!deconvnet!.zero) {
          assertGradientClose(deconvnet!.reconstruction.data, array('deconv_top1').data, bounds('deconv_top1'));
        }
        assert.equal(guided!.zero, false);
        assertGradientClose(guided!.reconstruction.data, array('guided_top1').data, bounds('guided_top1'));
      });

      it(`${id}: the strongest units of conv10 and fire5, their places and activations`, async () => {
        for (const [layer, place, golden] of [
          ['relu_conv10', spec.conv10_unit!, 'deconv_unit'],
          ['fire5/concat', spec.neuron!, null],
        ] as const) {
          const { channel, y: row, x: col, value } = place;
          const { target, reconstruction } = await reconstruct(net(), array('input'), { layer, channel });
          assert.deepEqual({ ...target, value: 0 }, { layer, channel, row, col, value: 0 });
          assertCloseToScale([target.value], [value], 1e-4, `activation in ${layer}`);
          if (golden) assertGradientClose(reconstruction.data, array(golden).data, bounds(golden), golden);
        }
      });
    }
  });

  describeOnDevices('with Tiny VGG', (kind) => {
    const net = loadedFor(() => loadNetwork(join(pack, 'models', 'tinyvgg10.onnx'), { device: kind }));
    for (const { id, spec, array } of goldensOf(pack, 'tinyvgg10')) {
      it(`${id}: all rules, without a flip`, async () => {
        for (const [rule, golden] of [
          ['gradient', 'grad_top1'],
          ['deconvnet', 'deconv_top1'],
          ['guided', 'guided_top1'],
        ] as const) {
          const { reconstruction } = await reconstruct(net(), array('input'), { class: spec.top1 }, { rule });
          assertCloseToScale(reconstruction.data, array(golden).data, 1e-5, rule);
        }
      });
    }
  });
});
