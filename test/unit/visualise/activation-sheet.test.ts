import assert from 'node:assert/strict';
import { resize } from '#lib/image/index.js';
import type { Network } from '#lib/net/network.js';
import { activationSheet } from '#lib/visualise/activation-sheet.js';
import { topActivations, type ChannelTop } from '#lib/visualise/top-activations.js';
import { describeOnDevices } from '../../support/devices.js';
import { fireNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { picture } from '../../support/pictures.js';

const fire = fireNet();
const preprocessing = {
  channelOrder: 'RGB',
  range: 255,
  mean: [120, 120, 120],
  resize: { rows: 21, cols: 19 },
} as const;

describeOnDevices('activationSheet', (kind) => {
  it('shows patches at the left, reconstructions at the right, strongest first', () =>
    withNetwork(
      fire,
      kind,
      async (net) => {
        const images = [1, 2, 3, 4, 5].map((seed) => picture(seed, 21, 19));
        const tops = await topActivations(net, images, 'conv1', { count: 4 });
        const top = tops.find(({ units }) => units.length === 4)!;
        // Fields are 3 x 3, and 32 times larger in the sheet: 2 x 2 tiles of 96, with 2 between them.
        const sheet = activationSheet(net, top);
        assert.deepEqual(sheet.shape, [194, 2 * 194 + 10, 3]);
        const shown = sheet.lo(98, 0, 0).hi(96, 96, 3);
        const expected = resize(top.units[2]!.patch!, [96, 96]);
        for (const at of [[0, 0, 0], [48, 50, 1], [95, 95, 2]] as const) {
          assert.equal(shown.get(...at), expected.get(...at));
        } // prettier-ignore
        assert.notEqual(sheet.get(40, 204 + 40, 0), 255);
        assert.equal(sheet.get(40, 199, 0), 255, 'the gap');
      },
      { preprocessing },
    ));

  it('refuses a channel that nothing excites, and a network whose input is no picture', async () => {
    await withNetwork(fire, kind, (net) => {
      assert.throws(() => activationSheet(net, { channel: 2, units: [] }), {
        message: /a network without preprocessing/,
      });
      return Promise.resolve();
    });
    await withNetwork(
      fire,
      kind,
      async (net) => {
        const message = /channel 2 that no image excites/;
        assert.throws(() => activationSheet(net, { channel: 2, units: [] }), { code: 'ERR_ARGUMENT', message });
        const [top] = await topActivations(net, [inputFor(fire, 3)], 'pool10', { channels: [1], count: 1 });
        assert.equal(activationSheet(net, top!).shape.length, 3, 'an input too shows something');
      },
      { preprocessing },
    );
  });

  it('refuses what is no network, and what topActivations did not find or found without preprocessing', async () => {
    const [found] = await withNetwork(fire, kind, (net) =>
      topActivations(net, [inputFor(fire, 3)], 'pool10', { channels: [1], count: 1 }),
    );
    const refused = (net: unknown, top: unknown, message: RegExp) =>
      assert.throws(() => activationSheet(net as Network, top as ChannelTop), { code: 'ERR_ARGUMENT', message });
    refused(null, found, /^activationSheet: net must be a network of loadNetwork or createNetwork, got null$/);
    await withNetwork(
      fire,
      kind,
      (net) => {
        for (const top of [null, {}, found!.units]) {
          refused(net, top, /^activationSheet: top must be what topActivations found of a channel, got/);
        }
        refused(net, found, /got units that were found by a network without preprocessing$/);
        return Promise.resolve();
      },
      { preprocessing },
    );
  });
});
