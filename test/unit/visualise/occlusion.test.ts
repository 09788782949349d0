import assert from 'node:assert/strict';
import { array, type FloatArray } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { occlusion } from '#lib/visualise/occlusion.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { linear, products } from '../../support/linear-maps.js';
import { miniAlexNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const input = array(new Random(3).normals(60), [3, 5, 4]);

/** Pixel by pixel: the mean fall over all squares that hold it, whose corners are at these rows and columns. */
async function byBruteForce(net: Network, x: FloatArray, cls: number, window: number, tops: number[], lefts: number[]) {
  const [channels, rows, cols] = x.shape as [number, number, number];
  const whole = (await net.forward(x)).data[cls]!;
  const [sums, counts] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  for (const top of tops) {
    for (const left of lefts) {
      const inside = (row: number, col: number) =>
        row >= top && row < top + window && col >= left && col < left + window;
      const covered = x.data.slice();
      for (let row = 0; row < rows; row++)
        for (let col = 0; col < cols; col++)
          for (let c = 0; c < channels; c++) if (inside(row, col)) covered[(c * rows + row) * cols + col] = 0;
      const fall = whole - (await net.forward(array(covered, x.shape))).data[cls]!;
      for (let p = 0; p < sums.length; p++) {
        if (!inside(Math.floor(p / cols), p % cols)) continue;
        sums[p]! += fall;
        counts[p]!++;
      }
    }
  }
  return sums.map((sum, p) => sum / counts[p]!);
}

describeOnDevices('occlusion', (kind) => {
  it('of a linear net by single pixels is what each adds to the score', () =>
    withNetwork(linear, kind, async (net) => {
      const map = await occlusion(net, input, 2, { window: 1, stride: 1 });
      assertCloseToScale(map.data, products(2, input.data), 1e-5);
      assertCloseToScale((await occlusion(net, input, 2)).data, map.data, 1e-6, 'a seventh of 4 pixels is one');
    }));

  it('is the mean over the squares that cover a pixel, the last of them at the rim, by brute force', () =>
    withNetwork(linear, kind, async (net) => {
      const map = await occlusion(net, input, 1, { window: 2, stride: 2 });
      assertCloseToScale(map.data, await byBruteForce(net, input, 1, 2, [0, 2, 3], [0, 2]), 1e-5);
      const odd = await occlusion(net, input, 1, { window: 3, stride: 2 });
      assertCloseToScale(odd.data, await byBruteForce(net, input, 1, 3, [0, 2], [0, 1]), 1e-5);
    }));

  it('is so on a net with ReLUs, pools and LRN, in several batches and of several classes', () =>
    withNetwork(miniAlexNet(), kind, async (net) => {
      const x = inputFor(miniAlexNet(), 3);
      const [tops, lefts] = [
        [0, 5, 10, 15, 20, 25, 27],
        [0, 5, 10, 15, 20, 23],
      ];
      assert.ok(tops.length * lefts.length > net.largestBatch);
      const maps = (await occlusion(net, x, [0, 4], { window: 8, stride: 5 })) as FloatArray[];
      for (const [i, cls] of [0, 4].entries()) {
        assertCloseToScale(maps[i]!.data, await byBruteForce(net, x, cls, 8, tops, lefts), 1e-4);
      }
    }));

  it('refuses windows larger than the input, and strides that leave pixels uncovered', () =>
    withNetwork(linear, kind, async (net) => {
      const refused = (options: object, message: RegExp) =>
        assert.rejects(occlusion(net, input, 1, options), { code: 'ERR_ARGUMENT', message });
      await refused({ window: 5 }, /^occlusion: window must be an integer from 1 to 4, got 5$/);
      await refused({ window: 2, stride: 3 }, /^occlusion: stride must be an integer from 1 to 2, got 3$/);
      await refused({ window: 1.5 }, /window must be an integer/);
      await refused({ strid: 1 }, /unknown option strid; did you mean stride\?/);
    }));
});
