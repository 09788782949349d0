import { array } from '#lib/ndarray.js';
import { inputTimesGradient } from '#lib/visualise/input-times-gradient.js';
import assert from 'node:assert/strict';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { linear, photo, preprocessing, products } from '../../support/linear-maps.js';
import { withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const input = array(new Random(3).normals(60), [3, 5, 4]);

describeOnDevices('inputTimesGradient', (kind) => {
  it('of a linear net is what each pixel adds to the score, and sums to S(I) - S(0)', () =>
    withNetwork(linear, kind, async (net) => {
      const map = await inputTimesGradient(net, input, 2);
      assert.deepEqual(map.shape, [5, 4]);
      assertCloseToScale(map.data, products(2, input.data), 1e-5);
      const bias = linear.weights.get('fc.bias')!.data[2]!;
      const sum = map.data.reduce((sum, value) => sum + value, 0);
      assert.ok(Math.abs(sum - (map.predictions[0]!.score - bias)) < 1e-4);
    }));

  it('does not depend on units: an image and the input made of it give the same', () =>
    withNetwork(
      linear,
      kind,
      async (net) => {
        const ofImage = await inputTimesGradient(net, photo(5, 8), 1);
        const ofInput = await inputTimesGradient(net, net.input(photo(5, 8)), 1);
        assert.deepEqual(ofImage.data, ofInput.data);
      },
      { preprocessing },
    ));
});
