import fc from 'fast-check';
import { array, type FloatArray } from '#lib/ndarray.js';
import type { PreprocessingOptions } from '#lib/net/preprocessing.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertGradientClose } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { convReluPoolNet, fireNet } from '../support/nets.js';
import { withNetwork } from '../support/networks.js';
import { Random } from '../support/random.js';

function mirrored(map: FloatArray): Float32Array {
  const [rows, cols] = map.shape as [number, number];
  return Float32Array.from({ length: rows * cols }, (_, i) => map.get(Math.floor(i / cols), cols - 1 - (i % cols)));
}

describeOnDevices('ten-crop maps', (kind) => {
  const cases = fc.record({
    net: fc.constantFrom(convReluPoolNet, fireNet),
    spareRows: fc.nat({ max: 5 }),
    halfSpareCols: fc.nat({ max: 9 }),
    mean: fc.constantFrom('number' as const, 'image' as const),
    region: fc.constantFrom('rectangle' as const, 'square' as const),
    merge: fc.constantFrom('coverage' as const, 'sum' as const),
    signed: fc.boolean(),
    seed: fc.nat(),
  });

  it('a mirrored image has the mirrored map where image and crop differ by an even number of columns', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ net, spareRows, halfSpareCols, mean, seed, ...options }) => {
        const made = net(seed);
        const [channels, height, width] = made.graph.input.shape;
        const [rows, cols] = [height + spareRows, width + 2 * halfSpareCols];
        // The square must hold a crop and lie evenly too.
        fc.pre(
          options.region === 'rectangle' ||
            (rows >= width && cols >= height && (cols <= rows || rows % 2 === cols % 2)),
        );
        const random = new Random(seed);
        const img = array(
          Uint8Array.from({ length: rows * cols * 3 }, () => random.integer(0, 255)),
          [rows, cols, 3],
        );
        const meanImage = { shape: made.graph.input.shape, data: random.normals(channels * height * width) };
        const preprocessing: PreprocessingOptions = {
          channelOrder: 'RGB',
          range: 1,
          resize: { rows, cols },
          crop: 'centre',
          mean: mean === 'image' ? meanImage : [0.4, 0.5, 0.6],
        };
        await withNetwork(
          made,
          kind,
          async (network) => {
            const [map, ofMirrored] = await Promise.all(
              [img, img.step(1, -1)].map((one) => saliency(network, one, 1, { tenCrops: true, ...options })),
            );
            assertGradientClose(ofMirrored!.data, mirrored(map!), { cosine: 0.99 });
          },
          { preprocessing },
        );
      }),
      { numRuns: 40 },
    );
  });
});
