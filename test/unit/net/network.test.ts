import assert from 'node:assert/strict';
import { openDevice } from '#lib/device/index.js';
import { array, type FloatArray } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { describeOnDevices } from '../../support/devices.js';
import { convReluPoolNet, fireNet, readBeforeReluNet, smallNets } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const inputOf = (shape: readonly number[], seed = 5): FloatArray =>
  array(new Random(seed).distinct(shape.reduce((product, side) => product * side, 1)), shape);
const fire = fireNet();
const input = inputOf(fire.graph.input.shape);

describeOnDevices('a network', (kind) => {
  const calls = (network: Network) => [
    () => network.forward(input),
    () => network.gradient(input, { class: 2 }),
    () => network.gradient(input, { layer: 'relu_expand3', channel: 1 }, { rule: 'deconvnet' }),
    () => network.gradient(inputOf([2, 3, 21, 19], 8), { classes: { 0: 1, 3: -1 } }),
    () => network.gradient(input, { class: 2 }, { score: 'posterior', to: 'squeeze' }),
    () => network.gradient(input, { class: 4 }, { score: 'unclipped' }),
  ];

  it('gives the same bits whether calls wait for each other or not', () =>
    withNetwork(fire, kind, async (network) => {
      const alone = [];
      for (const call of calls(network)) alone.push((await call()).data);
      const together = await Promise.all([...calls(network), ...calls(network).reverse()].map((call) => call()));
      const results = together.map(({ data }) => data);
      assert.deepEqual(results, [...alone, ...[...alone].reverse()]);
    }));

  for (const [name, build] of Object.entries(smallNets)) {
    it(`gives the same bits replayed and eager: ${name}`, async () => {
      const net = build();
      const x = inputOf([2, ...net.graph.input.shape]);
      const run = async (network: Network) => [
        (await network.forward(x)).data,
        (await network.gradient(x, { class: 1 })).data,
        (await network.gradient(x, { class: 1 }, { rule: 'guided' })).data,
      ];
      const eager = await withNetwork(net, kind, run, { execution: 'eager' });
      assert.deepEqual(await withNetwork(net, kind, run, { execution: 'replay' }), eager);
    });
  }

  it('plans for more batch sizes than it keeps', () =>
    withNetwork(fire, kind, async (network) => {
      const first = await network.forward(input);
      for (let n = 2; n <= 7; n++) assert.equal((await network.forward(inputOf([n, 3, 21, 19]))).shape[0], n);
      assert.deepEqual((await network.forward(input)).data, first.data);
    }));

  it('tells its layers, classes and shapes', () =>
    withNetwork(convReluPoolNet(), kind, async (network) => {
      assert.deepEqual(network.inputShape, [3, 8, 8]);
      assert.equal(network.classes.length, 5);
      assert.deepEqual(network.layers[0], {
        name: 'conv',
        op: 'conv',
        inputs: ['x'],
        output: 'conv',
        shape: [6, 8, 8],
        parameters: 6 * 27 + 6,
        flops: 2 * 6 * 64 * 27,
      });
    }));

  it('goes on after a call that failed', () =>
    withNetwork(fire, kind, async (network) => {
      await assert.rejects(network.gradient(input, { layer: 'squeeze', channel: 0 }, { to: 'expand1' }), {
        code: 'ERR_ARGUMENT',
      });
      assert.equal((await network.forward(input)).size, 7);
    }));

  it('finishes what was asked before dispose, and refuses what comes after', () =>
    withNetwork(fire, kind, async (network) => {
      const before = network.forward(input);
      await Promise.all([network.dispose(), network.dispose()]);
      assert.equal((await before).size, 7);
      await assert.rejects(network.forward(input), { code: 'ERR_DISPOSED', message: /must not be used after dispose/ });
    }));

  it('lends no pass to a call whose inputs are still being made, and finishes it before dispose', () =>
    withNetwork(fire, kind, async (network) => {
      let ready!: (inputs: Float32Array) => void;
      const inputs = new Promise<Float32Array>((resolve) => (ready = resolve));
      const late = network.withPass({ n: 1, score: 'class', inputs }, (pass) => [pass.scores.read()]);
      const scores = await network.forward(input);
      const disposed = network.dispose();
      ready(input.data.slice());
      assert.deepEqual(await (await late)[0], scores.data);
      await disposed;
    }));

  it('never disposes of a device that it was given, and leaves no memory behind on it', async () => {
    const device = await openDevice(kind);
    const model = { ...readBeforeReluNet(), preprocessing: null, classes: null };
    const network = await openNetwork('test', model, { device });
    await network.forward(inputOf(network.inputShape));
    await network.gradient(inputOf(network.inputShape), { class: 1 });
    assert.ok(device.memory().tensors > 0 && device.memory().weights > 0);
    await network.dispose();
    await device.sync();
    assert.equal(device.disposed, false);
    const { tensors, weights, workspace } = device.memory();
    assert.deepEqual({ tensors, weights, workspace }, { tensors: 0, weights: 0, workspace: 0 });
    device.dispose();
    await assert.rejects(openNetwork('test', model, { device }), { code: 'ERR_DISPOSED' });
  });

  it('says what to do where the device that it was given is gone', async () => {
    const device = await openDevice(kind);
    const network = await openNetwork(
      'test',
      { ...readBeforeReluNet(), preprocessing: null, classes: null },
      { device },
    );
    device.dispose();
    const message = `network: its ${kind} device must not be used after dispose; open another and load the network on it`;
    await assert.rejects(network.forward(inputOf(network.inputShape)), { code: 'ERR_DISPOSED', message });
    await network.dispose();
  });

  it('refuses a device and a precision that do not exist', async () => {
    const model = { ...readBeforeReluNet(), preprocessing: null, classes: null };
    await assert.rejects(openNetwork('test', model, { device: 'gpu' as 'cpu' }), {
      code: 'ERR_ARGUMENT',
      message: /device must be one of/,
    });
    await assert.rejects(openNetwork('test', model, { device: {} as 'cpu' }), {
      code: 'ERR_ARGUMENT',
      message: /device must be 'auto'/,
    });
    await assert.rejects(openNetwork('test', model, { precision: 'int8' as 'float32' }), {
      code: 'ERR_ARGUMENT',
      message: /precision must be one of 'float32', 'tf32', 'bfloat16', got "int8"/,
    });
  });
});
