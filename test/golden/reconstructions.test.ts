import assert from 'node:assert/strict';
import { reconstruct } from '#lib/visualise/reconstruct.js';
import { array } from '#lib/ndarray.js';
import { assertClose, assertCloseToScale } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { withNetwork } from '../support/networks.js';
import { readNet, type Spec } from '../support/op-cases.js';
import { fixture } from '../support/shared.js';

interface Reconstructions extends Spec {
  readonly targets: readonly {
    readonly title: string;
    readonly layer: string;
    readonly unit: readonly [channel: number, row: number, col: number];
    readonly value: number;
  }[];
}

const net = readNet<Reconstructions>(fixture('reconstructions'), 'two_lrn');
const { data, shape } = net.array('x');
const input = array(data, shape.slice(1));

describeOnDevices("reconstructions through two LRNs are NumPy's", (kind) => {
  for (const { title, layer, unit, value } of net.spec.targets) {
    const [channel, row, col] = unit;
    for (const rule of ['gradient', 'deconvnet', 'guided'] as const) {
      for (const lrn of ['gradient', 'identity'] as const) {
        it(`${title}: ${rule}, LRN ${lrn}`, () =>
          withNetwork(net, kind, async (network) => {
            const target =
              title === 'class'
                ? { class: channel }
                : title === 'corner'
                  ? { layer, channel, row, col }
                  : { layer, channel };
            const found = await reconstruct(network, input, target, { rule, lrn });
            assertCloseToScale(found.reconstruction.data, net.array(`${title} ${rule} ${lrn}`).data, 1e-5);
            assert.deepEqual(found.reconstruction.shape, [3, 17, 14]);
            assert.equal(found.zero, false);
            assertClose([found.target.value], [value], { atol: 1e-5, rtol: 0 });
            if (title === 'class') assert.equal((found.target as { class: number }).class, channel);
            else assert.deepEqual({ ...found.target, value: 0 }, { layer, channel, row, col, value: 0 });
          }));
      }
    }
  }
});
