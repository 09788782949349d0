import { join } from 'node:path';
import assert from 'node:assert/strict';
import type { DeviceKind } from '#lib/device/index.js';
import type { FloatArray } from '#lib/ndarray.js';
import { createNetwork } from '#lib/net/create-network.js';
import { loadNetwork } from '#lib/net/load-network.js';
import type { Network } from '#lib/net/network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertClose, assertGradientClose, largestMagnitude } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { goldensOf, type Golden } from '../support/goldens.js';
import { loadedFor } from '../support/loaded.js';
import { describeWithDataPack } from '../support/shared.js';

describeWithDataPack('SqueezeNet 1.0', (pack) => {
  const model = (file: string) => join(pack, 'models', file);
  const sources = {
    ONNX: (device: DeviceKind) => loadNetwork(model('squeezenet1_0.onnx'), { device }),
    'safetensors without a graph': (device: DeviceKind) =>
      createNetwork('squeezenet1_0', { weights: model('squeezenet1_0.safetensors'), device }),
  };
  for (const [source, load] of Object.entries(sources)) {
    describeOnDevices(`from ${source}`, (kind) => {
      const net = loadedFor(() => load(kind));
      for (const golden of goldensOf(pack, 'squeezenet1_0')) claims(net, golden);
    });
  }

  describeOnDevices('from half-precision files', (kind) => {
    const fromOnnx = loadedFor(() => loadNetwork(model('squeezenet1_0.fp16.onnx'), { device: kind }));
    const weights = model('squeezenet1_0.fp16.safetensors');
    const fromSafetensors = loadedFor(() => createNetwork('squeezenet1_0', { weights, device: kind }));
    for (const { id, array } of goldensOf(pack, 'squeezenet1_0')) {
      it(`${id}: both give the same scores, those of full precision within 0.05`, async () => {
        const scores = (await fromOnnx().forward(array('input'))).data;
        assert.deepEqual((await fromSafetensors().forward(array('input'))).data, scores);
        assertClose(scores, array('scores').data, { atol: 0.05, rtol: 0 });
      });
    }
  });
});

function claims(net: () => Network, { id, spec, array, bounds }: Golden): void {
  const { top1, other_class: other } = spec;

  it(`${id}: scores`, async () => {
    const scores = await net().forward(array('input'));
    const expected = array('scores').data;
    assertClose(scores.data, expected, { atol: 1e-5 * largestMagnitude(expected), rtol: 1e-4 }, 'scores');
  });

  it(`${id}: image gradients and saliency maps of the two best classes`, async () => {
    for (const [cls, name] of [
      [top1, 'top1'],
      [other!, 'other'],
    ] as const) {
      const gradient = await net().gradient(array('input'), { class: cls });
      assertGradientClose(gradient.data, array(`grad_${name}`).data, bounds(`grad_${name}`), `grad_${name}`);
      const map = await saliency(net(), array('input'), cls);
      assertGradientClose(map.data, array(`saliency_${name}`).data, bounds(`grad_${name}`), `saliency_${name}`);
    }
  });

  it(`${id}: guided back-propagation`, async () => {
    const guided = await net().gradient(array('input'), { class: top1 }, { rule: 'guided' });
    assertGradientClose(guided.data, array('guided_top1').data, bounds('guided_top1'));
  });

  const zero = spec.deconv_top1_identically_zero === true;
  it(`${id}: DeconvNet from the score${zero ? ' is zero exactly' : ''}, and from the strongest unit of conv10`, async () => {
    const rule = 'deconvnet';
    const fromScore = await net().gradient(array('input'), { class: top1 }, { rule });
    if (zero) assert.equal(largestMagnitude(fromScore.data), 0);
    else assertGradientClose(fromScore.data, array('deconv_top1').data, bounds('deconv_top1'), 'deconv_top1');
    const { channel, y: row, x: col } = spec.conv10_unit!;
    const named = await net().gradient(array('input'), { layer: 'relu_conv10', channel, row, col }, { rule });
    assertGradientClose(named.data, array('deconv_unit').data, bounds('deconv_unit'), 'deconv_unit');
    const strongest = await net().gradient(array('input'), { layer: 'relu_conv10', channel }, { rule });
    assert.deepEqual(strongest.data, named.data, 'the unit is found');
  });

  it(`${id}: gradient and DeconvNet of a neuron of fire5, zero outside its field`, async () => {
    const { channel, y: row, x: col, region_y0y1x0x1: region } = spec.neuron!;
    const target = { layer: 'fire5/concat', channel, row, col };
    for (const [rule, name] of [
      ['gradient', 'neuron_grad'],
      ['deconvnet', 'neuron_deconv'],
    ] as const) {
      const { inside, outside } = cut(await net().gradient(array('input'), target, { rule }), region);
      assertGradientClose(inside, array(name).data, bounds(name), name);
      assert.equal(largestMagnitude(outside), 0, `${name} outside the field`);
    }
  });
}

/** A region [y0, y1) x [x0, x1) of every channel, and all the rest. */
function cut(x: FloatArray, [y0, y1, x0, x1]: readonly [number, number, number, number]) {
  const [, rows, cols] = x.shape as [number, number, number];
  const [inside, outside]: [number[], number[]] = [[], []];
  x.data.forEach((value, i) => {
    const [row, col] = [Math.floor(i / cols) % rows, i % cols];
    (row >= y0 && row < y1 && col >= x0 && col < x1 ? inside : outside).push(value);
  });
  return { inside, outside };
}
