import assert from 'node:assert/strict';
import type { Device, ReluRule } from '#lib/device/index.js';
import { createLayers, type Layers } from '#lib/net/layer-of.js';
import { Pass } from '#lib/net/pass.js';
import { describeOnDevices, itOnCpu, openedFor } from '../../support/devices.js';
import { NetBuilder, type TestNet } from '../../support/net-builder.js';
import { floats } from '../../support/passes.js';
import { Random } from '../../support/random.js';
import { recordedDevice } from '../../support/recorded-device.js';

const same = { pad: [1, 1, 1, 1] } as const;

/** Two convolutions of 16 and 32 channels beside each other: x [3, 13, 11] to 'a' and 'b' [_, 13, 11]. */
function branches(): NetBuilder {
  return new NetBuilder([3, 13, 11], 3)
    .conv('stem', 'x', [16, 3, 3, 3], same)
    .relu('squeeze', 'stem')
    .conv('one', 'squeeze', [16, 16, 1, 1])
    .relu('a', 'one')
    .conv('three', 'squeeze', [32, 16, 3, 3], same)
    .relu('b', 'three');
}

const scored = (net: NetBuilder, from: string, channels: number): TestNet =>
  net
    .conv('classes', from, [7, channels, 1, 1])
    .node({ op: 'globalAveragePool', name: 'scores', inputs: ['classes'], output: 'scores' })
    .build();

interface Case {
  readonly net: TestNet;
  /** Calls of concat, split and, beside the one that makes rows of scores, reorder: at one input and at several. */
  readonly copies: readonly [one: number, several: number];
}

const cases: Readonly<Record<string, Case>> = {
  'a fire module': { net: scored(branches().simple('concat', 'joined', 'a', 'b'), 'joined', 48), copies: [0, 0] },
  // Backward the ReLU has nothing to do, and scaling takes no view of several images.
  'a ReLU of its own before it': {
    net: scored(
      branches().scaleShift('scaled', 'b', 32).relu('c', 'scaled').simple('concat', 'joined', 'a', 'c'),
      'joined',
      48,
    ),
    copies: [0, 1],
  },
  'a part that dropout hands on': {
    net: scored(
      branches()
        .node({ op: 'dropout', name: 'dropped', inputs: ['b'], output: 'dropped', rate: 0.5 })
        .simple('concat', 'joined', 'a', 'dropped'),
      'joined',
      48,
    ),
    copies: [0, 0],
  },
  // One copy forward; backward the pool is the only layer that takes no view of several images.
  'a part made by a pool': {
    net: scored(
      branches()
        .maxPool('pooled', 'b', [3, 3], { stride: [1, 1], ...same })
        .simple('concat', 'joined', 'a', 'pooled'),
      'joined',
      48,
    ),
    copies: [1, 2],
  },
  'a part with another reader': {
    net: scored(
      branches()
        .simple('concat', 'joined', 'a', 'b')
        .conv('c', 'b', [48, 32, 1, 1])
        .simple('add', 'sum', 'joined', 'c'),
      'sum',
      48,
    ),
    copies: [1, 1],
  },
  'a concatenation of a concatenation': {
    net: scored(
      branches()
        .simple('concat', 'inner', 'a', 'b')
        .conv('c', 'inner', [16, 48, 1, 1])
        .simple('concat', 'joined', 'inner', 'c'),
      'joined',
      64,
    ),
    copies: [1, 1],
  },
  'the same value twice': {
    net: scored(branches().simple('concat', 'joined', 'b', 'b'), 'joined', 64),
    copies: [1, 1],
  },
  'parts that end within a block': {
    net: scored(
      branches().conv('odd', 'squeeze', [19, 16, 1, 1]).relu('c', 'odd').simple('concat', 'joined', 'c', 'b'),
      'joined',
      51,
    ),
    copies: [2, 2],
  },
};

describeOnDevices('values that lie in a concatenation', (kind) => {
  const device = openedFor(kind);
  const onCpu = itOnCpu(kind, 'convolutions take no views of several images');
  const rules: readonly ReluRule[] = ['gradient', 'deconvnet', 'guided'];

  async function withPass<T>(given: Device, net: TestNet, layers: Layers, n: number, use: (pass: Pass) => Promise<T>) {
    const options = { device: given, scored: { graph: net.graph, scored: net.graph.output }, layers, n, kept: [] };
    const pass = await Pass.plan({ ...options, execution: 'replay' });
    try {
      return await use(pass);
    } finally {
      pass.dispose();
      for (const layer of layers.values()) layer.dispose();
    }
  }

  /** Layers whose concatenations copy. */
  function copying({ graph, weights }: TestNet): Layers {
    return new Map(
      [...createLayers(graph, weights)].map(([name, layer]) => {
        const plan: typeof layer.plan = async (...args) => ({ ...(await layer.plan(...args)), parts: undefined });
        return [name, name === 'joined' || name === 'inner' ? { ...layer, plan } : layer];
      }),
    );
  }

  /** All activations, the gradients of each by each rule, and two maps of each input. */
  async function everything(net: TestNet, layers: Layers, n: number): Promise<Float32Array[]> {
    const names = ['x', ...net.graph.nodes.map(({ output }) => output)];
    const classes = new Int32Array(2 * n).map((_, i) => i % 7);
    return withPass(device(), net, layers, n, async (pass) => {
      pass.forward(new Random(5).distinct(n * 3 * 13 * 11));
      const results: Float32Array[] = [];
      const fused = ['one', 'three', 'stem', 'odd'];
      for (const name of names.filter((name) => !fused.includes(name)))
        results.push(await floats(pass.activation(name)));
      for (const rule of rules) {
        for (const to of ['x', 'squeeze', 'b']) {
          results.push(await floats(pass.backward({ classes: classes.subarray(0, n) }, rule, to)));
        }
        const derivative = new Random(6).normals(n * 32 * 13 * 11);
        results.push(await floats(pass.backward({ value: 'b', derivative }, rule, 'x')));
      }
      assert.equal(await pass.prepareMaps(2), 2);
      const maps = pass.maps(classes, { rule: 'gradient', signed: true, units: 'input' });
      return [...results, await floats(maps)];
    });
  }

  for (const [name, { net, copies }] of Object.entries(cases)) {
    for (const n of [1, 3]) {
      it(`${name}: the same bits as with copies, n = ${n}`, async () => {
        const found = await everything(net, createLayers(net.graph, net.weights), n);
        assert.deepEqual(found, await everything(net, copying(net), n));
      });

      onCpu(`${name}: copies what cannot lie there, n = ${n}`, async () => {
        const recorded = recordedDevice(device());
        const layers = createLayers(net.graph, net.weights);
        const calls = await withPass(recorded.device, net, layers, n, async (pass) => {
          pass.forward(new Float32Array(n * 3 * 13 * 11));
          pass.backward({ classes: new Int32Array(n) }, 'gradient', 'x');
          await device().sync();
          return recorded.calls.filter((call) => ['concat', 'split', 'reorder'].includes(call));
        });
        const rows = 2;
        assert.equal(calls.length - rows, copies[n === 1 ? 0 : 1], calls.join());
      });
    }
  }

  onCpu('take no memory of their own', async () => {
    const { net } = cases['a fire module']!;
    const taken = async (layers: Layers) =>
      withPass(device(), net, layers, 2, async (pass) => {
        pass.forward(new Float32Array(2 * 3 * 13 * 11));
        pass.backward({ classes: new Int32Array(2) }, 'gradient', 'x');
        await device().sync();
        return device().memory().tensors;
      });
    const [placed, copied] = [await taken(createLayers(net.graph, net.weights)), await taken(copying(net))];
    assert.ok(copied - placed >= 4 * 2 * 48 * 13 * 11, `${placed} bytes, with copies ${copied}`);
  });
});
