import { array, type FloatArray, type Image } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import type { TestNet } from '../support/net-builder.js';
import { fireNet, greyNet, miniAlexNet, smallNets } from '../support/nets.js';
import { inputFor, withNetwork } from '../support/networks.js';
import { Random } from '../support/random.js';
import { forward } from '../support/reference.js';

/** Central differences in float64 are good to 1e-8; the maps are float32. */
const tolerance = 1e-5;
const step = 1e-6;

/** S_c of the float64 reference. */
function score({ graph, weights }: TestNet, input: Float64Array, cls: number): number {
  return forward(graph, weights, input, [1, ...graph.input.shape]).get(graph.output)!.data[cls]!;
}

/**
 * dS/dp for every channel at some pixels, [pixel][channel], by central differences; `inputOf` makes the net's input of p.
 */
function differences(
  net: TestNet,
  cls: number,
  p: Float64Array,
  pixels: readonly number[],
  inputOf: (p: Float64Array) => Float64Array,
): number[][] {
  const [channels, rows, cols] = net.graph.input.shape;
  const at = (index: number, by: number): number => {
    const moved = p.slice();
    moved[index]! += by;
    return score(net, inputOf(moved), cls);
  };
  const derivative = (index: number): number => (at(index, step) - at(index, -step)) / (2 * step);
  return pixels.map((pixel) => Array.from({ length: channels }, (_, c) => derivative(c * rows * cols + pixel)));
}

function somePixels({ graph }: TestNet, howMany: number): number[] {
  const [, rows, cols] = graph.input.shape;
  const random = new Random(17);
  return Array.from({ length: howMany }, () => random.integer(0, rows * cols - 1));
}

const largest = (values: readonly number[]): number => values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));

function assertAtPixels(map: FloatArray, pixels: readonly number[], expected: readonly number[], what: string): void {
  assertCloseToScale(
    pixels.map((pixel) => map.data[pixel]!),
    expected,
    tolerance,
    what,
  );
}

describeOnDevices('saliency and central differences of the float64 score', (kind) => {
  for (const [title, make] of Object.entries(smallNets)) {
    it(`${title}: the map of an input is the channel maximum of |dS/dI|, signed: the value that has it`, async () => {
      const net = make(13);
      const input = inputFor(net, 29);
      const pixels = somePixels(net, 25);
      const gradients = differences(net, 1, Float64Array.from(input.data), pixels, (p) => p);
      await withNetwork(net, kind, async (network) => {
        const map = await saliency(network, input, 1);
        assertAtPixels(
          map,
          pixels,
          gradients.map((channels) => Math.abs(largest(channels))),
          'magnitude',
        );
        const signed = await saliency(network, input, 1, { signed: true });
        assertAtPixels(signed, pixels, gradients.map(largest), 'signed');
      });
    });
  }

  const std = [0.2, 0.5, 0.35];
  const mean = [0.3, 0.6, 0.45];
  const images = [
    { name: 'RGB / 255, mean and std', make: fireNet, preprocessing: { channelOrder: 'RGB', range: 1, mean, std } },
    { name: 'BGR 0-255, std', make: fireNet, preprocessing: { channelOrder: 'BGR', range: 255, std: [30, 50, 70] } },
    { name: 'one grey channel', make: greyNet, preprocessing: { channelOrder: 'grey', range: 1, std: [0.25] } },
    {
      name: 'BGR, mean image',
      make: miniAlexNet,
      preprocessing: { channelOrder: 'BGR', range: 1, std, mean: 'image' },
    },
  ] as const;

  for (const { name, make, preprocessing } of images) {
    it(`${name}: the map of an image is the derivative by its resized and cropped 0-255 pixels`, async () => {
      const net = make(13);
      const stated = 'mean' in preprocessing && preprocessing.mean === 'image' ? { mean: meanImage(net) } : {};
      const choice = { ...preprocessing, ...stated, resize: { shortSide: 36 } } as never;
      await withNetwork(net, kind, (network) => compareImage(network, net), { preprocessing: choice });
    });
  }
});

async function compareImage(network: Network, net: TestNet): Promise<void> {
  const random = new Random(31);
  const depth = net.graph.input.shape[0];
  const bytes = Uint8Array.from({ length: 40 * 50 * depth }, () => random.integer(0, 255));
  const img: Image = array(bytes, [40, 50, depth]);
  const { range, std } = network.preprocessing!;
  const area = network.inputShape[1] * network.inputShape[2];
  // Where p is what was added to each pixel, in the net's order of channels: the maximum over them does not depend on it.
  const input = Float64Array.from(network.input(img).data);
  const inputOf = (p: Float64Array) =>
    input.map((value, i) => value + (p[i]! * range) / 255 / std[Math.floor(i / area)]!);
  const pixels = somePixels(net, 25);
  const zeros = new Float64Array(input.length);
  const gradients = differences(net, 2, zeros, pixels, inputOf).map((channels) => Math.abs(largest(channels)));
  assertAtPixels(await saliency(network, img, 2), pixels, gradients, 'map');
}

function meanImage({ graph }: TestNet) {
  const shape = [...graph.input.shape];
  return {
    shape,
    data: new Random(37).normals(
      shape.reduce((a, b) => a * b),
      0.3,
    ),
  };
}
