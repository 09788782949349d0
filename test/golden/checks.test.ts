import assert from 'node:assert/strict';
import { join } from 'node:path';
import { array } from '#lib/ndarray.js';
import { atOnce } from '#lib/steps.js';
import { blurred } from '#lib/image/blurred.js';
import { insertionDeletion } from '#lib/visualise/insertion-deletion.js';
import { rankCorrelation, ranking } from '#lib/visualise/rank-correlation.js';
import { assertClose } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { NetBuilder } from '../support/net-builder.js';
import { withNetwork } from '../support/networks.js';
import { fixture, readJson } from '../support/shared.js';

interface Curve {
  readonly values: readonly number[];
  readonly shares: readonly number[];
  readonly area: number;
}

interface Goldens {
  readonly correlations: readonly { title: string; a: number[]; b: number[]; expected: number }[];
  readonly curves: {
    readonly shape: readonly [number, number, number];
    readonly input: readonly number[];
    readonly weights: readonly number[];
    readonly biases: readonly number[];
    readonly map: readonly number[];
    readonly blurred: readonly number[];
    readonly class: number;
    readonly steps: number;
    readonly sigma: number;
    readonly insertion: Curve;
    readonly deletion: Curve;
  };
}

const { correlations, curves } = readJson<Goldens>(join(fixture('checks'), 'checks.json'));
const [, rows, cols] = curves.shape;

describe("rank correlations are SciPy's", () => {
  for (const { title, a, b, expected } of correlations) {
    it(title, () => {
      const [ranksA, ranksB] = [a, b].map((values) => atOnce(ranking(Float32Array.from(values))));
      assertClose([rankCorrelation(ranksA!, ranksB!)!], [expected], { atol: 1e-12, rtol: 0 });
    });
  }
});

it("a blurred input is SciPy's, whose rim goes on", () => {
  const found = atOnce(blurred(Float32Array.from(curves.input), [rows, cols], curves.sigma));
  assertClose(found, curves.blurred, { atol: 1e-6, rtol: 1e-6 });
});

describeOnDevices("insertion and deletion curves are NumPy's", (kind) => {
  const net = new NetBuilder([...curves.shape], 1).linear('fc', 'x', [4, curves.input.length]).build();
  net.weights.get('fc.weight')!.data.set(curves.weights);
  net.weights.get('fc.bias')!.data.set(curves.biases);

  it('with ties in the map and a blurred start', () =>
    withNetwork(net, kind, async (network) => {
      const input = array(Float32Array.from(curves.input), curves.shape);
      const map = array(Float32Array.from(curves.map), [rows, cols]);
      const { steps, sigma } = curves;
      const found = await insertionDeletion(network, input, map, curves.class, { steps, sigma });
      for (const name of ['insertion', 'deletion'] as const) {
        assert.deepEqual(found[name].shares, curves[name].shares);
        assertClose(found[name].values, curves[name].values, { atol: 1e-5, rtol: 0 });
        assertClose([found[name].area], [curves[name].area], { atol: 1e-5, rtol: 0 });
      }
    }));
});
