import assert from 'node:assert/strict';
import { openDevice, type Device, type DeviceKind, type Memory } from '#lib/device/index.js';
import { array } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { randomisation } from '#lib/visualise/randomisation.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../support/devices.js';
import { failingDevice } from '../support/failing-device.js';
import { NetBuilder } from '../support/net-builder.js';
import { miniAlexNet } from '../support/nets.js';
import { inputFor, withNetwork } from '../support/networks.js';

const net = miniAlexNet();

const calls: Record<string, (network: Network) => Promise<unknown>> = {
  saliency: (network) => saliency(network, inputFor(net, 1), [2, 3], { signed: true }),
  'saliency of a batch': (network) => saliency(network, inputFor(net, 1, 2), 1),
  classify: (network) => classify(network, inputFor(net, 2)),
  randomisation: (network) => randomisation(network, inputFor(net, 5), [2, 3]),
  'net.forward': (network) => network.forward(inputFor(net, 3), { layers: ['relu1', 'conv2', 'fc7'] }),
  'net.gradient': (network) => network.gradient(inputFor(net, 4), { layer: 'conv2', channel: 3 }, { rule: 'guided' }),
};

/** What is in use when nothing runs; weights belong to the network, whatever becomes of its calls. */
async function inUse(device: Device): Promise<Pick<Memory, 'tensors' | 'workspace'>> {
  await device.sync();
  const { tensors, workspace } = device.memory();
  return { tensors, workspace };
}

const hasNoMemory = (error: unknown) => (error as { code?: string }).code === 'ERR_MEMORY';

/** The test net on a device of its own that has memory when `hasMemory` says so; `real` is that device. */
async function opened(kind: DeviceKind, hasMemory: (real: Device) => boolean) {
  const real = await openDevice(kind);
  const device = failingDevice(real, () => hasMemory(real));
  const network = await openNetwork('test', { ...net, preprocessing: null, classes: null }, { device });
  const close = async () => {
    await network.dispose();
    assert.deepEqual(await inUse(real), { tensors: 0, workspace: 0 });
    real.dispose();
  };
  return { real, network, close };
}

describeOnDevices('out of memory', (kind) => {
  for (const [title, call] of Object.entries(calls)) {
    it(`${title}: wherever it runs out, all that the call took goes back, and the next call works`, async () => {
      let [taken, available] = [0, Infinity];
      const { real, network, close } = await opened(kind, () => ++taken <= available);
      const expected = await withNetwork(net, kind, call);
      for (let n = 0; ; n++) {
        [taken, available] = [0, n];
        const result = await call(network).catch((error: unknown) => assert.ok(hasNoMemory(error), String(error)));
        if (taken <= n) {
          assert.deepEqual(result, expected);
          assert.ok(n > 10, `it takes memory ${n} times`);
          break;
        }
        assert.deepEqual(await inUse(real), { tensors: 0, workspace: 0 }, `with memory ${n} times`);
      }
      await close();
    });
  }

  it('a call that lacks what other batch sizes have left ready takes it', async () => {
    let available = Infinity;
    const { real, network, close } = await opened(kind, (real) => real.memory().tensors < available);
    for (const n of [1, 2, 3]) await saliency(network, inputFor(net, n, n), 1);
    available = (await inUse(real)).tensors;
    const maps = await saliency(network, inputFor(net, 4, 4), 1);
    assert.deepEqual(maps, await withNetwork(net, kind, (fresh) => saliency(fresh, inputFor(net, 4, 4), 1)));
    await close();
  });

  it('a copy that lacks it takes what the network it is of has left ready', async () => {
    const used = ({ tensors, weights }: Memory) => tensors + weights;
    let available = Infinity;
    const { real, network, close } = await opened(kind, (real) => used(real.memory()) < available);
    for (const n of [1, 2, 3, 4]) await saliency(network, inputFor(net, n, n), 1);
    const expected = await randomisation(network, inputFor(net, 5), 1);
    const { tensors, weights } = real.memory();
    available = tensors + 2 * weights; // room for the copy's weights, not for its passes
    assert.deepEqual(await randomisation(network, inputFor(net, 5), 1), expected);
    await close();
  });

  it('a batch whose result no machine can hold is refused, and one input is not', async () => {
    const [n, width] = [2 ** 24, 2 ** 21];
    const wide = new NetBuilder([1, 1, 1], 1).linear('wide', 'x', [width, 1]).linear('fc', 'wide', [1, width]).build();
    await withNetwork(wide, kind, async (network) => {
      const read = { layers: ['wide'] } as const;
      await assert.rejects(network.forward(array(new Float32Array(n), [n, 1, 1, 1]), read), hasNoMemory);
      const { wide } = await network.forward(array(Float32Array.of(1), [1, 1, 1]), read);
      assert.ok(wide.data.length === width && wide.data.every(Number.isFinite));
    });
  });
});
