import assert from 'node:assert/strict';
import fc from 'fast-check';
import { array } from '#lib/ndarray.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertClose, assertCloseToScale, largestMagnitude } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { NetBuilder, type TestNet } from '../support/net-builder.js';
import {
  fireNet,
  inceptionNet,
  linearConvolutionNet,
  linearNet,
  miniAlexNet,
  repeatedNet,
  residualNet,
} from '../support/nets.js';
import { inputFor, withNetwork } from '../support/networks.js';
import { Random } from '../support/random.js';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const few = { numRuns: 10 };

describeOnDevices("the paper's equations", (kind) => {
  it("a linear net's map is the channel maximum of |w|, whatever the image (Eq. 2)", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 0, max: 3 }), async (seed, cls) => {
        const net = linearNet(seed);
        const [channels, rows, cols] = net.graph.input.shape;
        const area = rows * cols;
        const w = net.weights.get('fc.weight')!.data.subarray(cls * channels * area, (cls + 1) * channels * area);
        const expected = Float32Array.from({ length: area }, (_, pixel) =>
          Math.max(...Array.from({ length: channels }, (_, c) => Math.abs(w[c * area + pixel]!))),
        );
        const map = await withNetwork(net, kind, (network) => saliency(network, inputFor(net, seed + 1), cls));
        assertCloseToScale(map.data, expected, 1e-6, 'map');
      }),
      few,
    );
  });

  it('S(I + e d) - S(I) is e <w, d> for a small e (Eq. 3 and 4)', async () => {
    for (const make of [linearConvolutionNet, fireNet, inceptionNet, residualNet, miniAlexNet]) {
      const net = make(19);
      const input = inputFor(net, 23);
      const direction = new Random(41).normals(input.data.length);
      await withNetwork(net, kind, async (network) => {
        const w = (await network.gradient(input, { class: 1 })).data;
        const e = 1e-3 / Math.sqrt(dot(direction, direction));
        const moved = array(
          input.data.map((value, i) => value + e * direction[i]!),
          input.shape,
        );
        const [before, after] = [(await network.forward(input)).data[1]!, (await network.forward(moved)).data[1]!];
        const slack = 0.02 * e * Math.sqrt(dot(w, w) * dot(direction, direction));
        assertClose(
          [after - before],
          [e * dot(w, direction)],
          { atol: slack + 4e-7 * Math.abs(before), rtol: 0 },
          make.name,
        );
      });
    }
  });

  it('without a ReLU the three rules agree (Sect. 4), max pooling and LRN included', async () => {
    const pooled = (seed: number): TestNet =>
      new NetBuilder([3, 9, 8], seed)
        .conv('conv', 'x', [6, 3, 3, 3])
        .lrn('norm', 'conv', 3)
        .maxPool('pool', 'norm', [3, 3], { stride: [2, 2] })
        .linear('fc', 'pool', [4, 36])
        .build();
    for (const net of [linearNet(2), linearConvolutionNet(2), pooled(2)]) {
      await withNetwork(net, kind, async (network) => {
        const input = inputFor(net, 3, 2);
        const plain = await network.gradient(input, { class: 0 });
        for (const rule of ['deconvnet', 'guided'] as const) {
          const other = await network.gradient(input, { class: 0 }, { rule });
          assert.deepEqual(other.data, plain.data, rule);
        }
      });
    }
  });

  it('a guided signal lets through where both other rules would: one ReLU, random signals', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const net = new NetBuilder([2, 4, 5], seed).relu('relu', 'x').linear('fc', 'relu', [2, 40]).build();
        await withNetwork(net, kind, async (network) => {
          const input = inputFor(net, seed + 1);
          const [plain, deconvnet, guided] = await Promise.all(
            (['gradient', 'deconvnet', 'guided'] as const).map((rule) =>
              network.gradient(input, { class: 0 }, { rule }),
            ),
          );
          const both = plain!.data.map((value, i) => (value > 0 && deconvnet!.data[i]! > 0 ? value : 0));
          assert.deepEqual(guided!.data, both);
        });
      }),
      few,
    );
  });

  it('a DeconvNet signal that no ReLU lets through is zero exactly', async () => {
    const net = new NetBuilder([3, 6, 6], 5).conv('conv', 'x', [4, 3, 3, 3]).relu('relu', 'conv');
    const { graph, weights } = net.linear('fc', 'relu', [2, 64]).build();
    const negative = new Map(weights).set('fc.weight', {
      shape: [2, 64],
      data: weights.get('fc.weight')!.data.map((value) => -Math.abs(value)),
    });
    await withNetwork({ graph, weights: negative }, kind, async (network) => {
      const reconstruction = await network.gradient(
        inputFor({ graph, weights }, 7),
        { class: 1 },
        { rule: 'deconvnet' },
      );
      assert.equal(largestMagnitude(reconstruction.data), 0);
      const gradient = await network.gradient(inputFor({ graph, weights }, 7), { class: 1 });
      assert.ok(largestMagnitude(gradient.data) > 0, 'the gradient is not');
    });
  });

  it('layers that share their weights give the map of their unrolled twin', async () => {
    const input = inputFor(repeatedNet('shared'), 9);
    const mapOf = (weights: 'shared' | 'copied') =>
      withNetwork(repeatedNet(weights, 4), kind, (network) => saliency(network, input, 2));
    assert.deepEqual((await mapOf('shared')).data, (await mapOf('copied')).data);
  });

  it('a ReLU read by two branches gives the gradient of two ReLUs with one reader each', async () => {
    const twin = (relus: 'one' | 'two'): TestNet => {
      const net = new NetBuilder([3, 7, 6], 8).conv('conv', 'x', [4, 3, 3, 3]).relu('left', 'conv');
      if (relus === 'two') net.relu('right', 'conv');
      return net
        .conv('a', 'left', [5, 4, 3, 3])
        .conv('b', relus === 'two' ? 'right' : 'left', [5, 4, 3, 3])
        .simple('add', 'sum', 'a', 'b')
        .linear('fc', 'sum', [3, 30])
        .build();
    };
    const gradientOf = (net: TestNet) =>
      withNetwork(net, kind, (network) => network.gradient(inputFor(net, 10), { class: 0 }));
    assertCloseToScale((await gradientOf(twin('one'))).data, (await gradientOf(twin('two'))).data, 1e-6);
  });
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
