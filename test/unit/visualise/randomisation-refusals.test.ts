import assert from 'node:assert/strict';
import type { HostTensor } from '#lib/formats/model.js';
import { array } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { randomisation } from '#lib/visualise/randomisation.js';
import { describeOnDevices } from '../../support/devices.js';
import { NetBuilder } from '../../support/net-builder.js';
import { fireNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { picture } from '../../support/pictures.js';

describeOnDevices('randomisation', (kind) => {
  const net = fireNet();
  const preprocessing = { channelOrder: 'BGR', range: 1, resize: { rows: 24, cols: 22 }, crop: 'centre' } as const;
  const onFire = <T>(use: (network: Network) => Promise<T>) => withNetwork(net, kind, use, { preprocessing });
  const photo = picture(4, 30, 40);

  const refused: [title: string, options: object, message: RegExp][] = [
    ['an order that it does not know', { order: 'topdown' }, /^randomisation: order must be one of 'cascading', 'independent', got "topdown"$/],
    ['no rules', { rules: [] }, /rules must be an array of at least one of 'gradient', 'guided', 'deconvnet', got \[\]/],
    ['one rule alone', { rules: 'guided' }, /rules must be an array/],
    ['a rule that it does not know', { rules: ['gradient', 'lrp'] }, /rules\[1\] must be one of .* got "lrp"/],
    ['a way to redraw that it does not know', { redraw: 'zero' }, /redraw must be one of 'initial', 'permuted', got "zero"/],
    ['a seed below 0', { seed: -1 }, /seed must be an integer from 0 to 4294967295, got -1/],
    ['a score that it does not know', { score: 'logit' }, /score must be one of 'class', 'posterior', 'unclipped', got "logit"/],
    ['an option that it does not know', { orders: 'cascading' }, /unknown option orders; did you mean order\?/],
  ]; // prettier-ignore
  for (const [title, options, message] of refused) {
    it(`refuses ${title}`, () =>
      onFire((network) =>
        assert.rejects(randomisation(network, photo, 1, options), { code: 'ERR_ARGUMENT', message }),
      ));
  }

  it('refuses batches, classes that do not exist, and what is no network', () =>
    onFire(async (network) => {
      const message = /^randomisation: img must be one image or input, got a batch of 2; make it an array of inputs$/;
      await assert.rejects(randomisation(network, inputFor(net, 1, 2), 1), { code: 'ERR_ARGUMENT', message });
      await assert.rejects(randomisation(network, [photo, inputFor(net, 1, 2)], 1), /img\[1\] must be one image/);
      await assert.rejects(randomisation(network, photo, 7), /class must be an integer from 0 to 6/);
      await assert.rejects(randomisation({} as Network, photo, 1), /net must be a network/);
    }));

  it('refuses a network whose map overflows where its scores do not', () => {
    const net = new NetBuilder([1, 2, 2], 1).linear('fc1', 'x', [3, 4]).linear('fc2', 'fc1', [2, 3]).build();
    const large = ([name, { shape, data }]: [string, HostTensor]): [string, HostTensor] => [
      name,
      { shape, data: name.endsWith('.weight') ? data.map((weight) => 1e25 * weight) : data },
    ];
    const input = array(new Float32Array(4), [1, 2, 2]);
    return withNetwork({ ...net, weights: new Map([...net.weights].map(large)) }, kind, async (network) => {
      assert.ok((await network.forward(input)).data.every(Number.isFinite));
      await assert.rejects(randomisation(network, input, 1), {
        code: 'ERR_ARGUMENT',
        message:
          /^randomisation: the gradient map of img must be finite, got (NaN|-?Infinity) at \[row, col\] \[0, 0\]$/,
      });
    });
  });
});
