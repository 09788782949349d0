import fc from 'fast-check';
import { openDevice, type ConvolutionAlgorithm, type Device, type DeviceKind, type Shape } from '#lib/device/index.js';
import type { ConvNode, Padding, PixelPair } from '#lib/formats/graph.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { Random } from '../support/random.js';
import { backwardConvolution, forwardConvolution } from '../support/reference-convolution.js';
import { count } from '../support/reference-values.js';

const small = (low: number, high: number) => fc.integer({ min: low, max: high });
const pair = (low: number, high: number): fc.Arbitrary<PixelPair> => fc.tuple(small(low, high), small(low, high));
const padding = fc.tuple(small(0, 3), small(0, 3), small(0, 3), small(0, 3)) as fc.Arbitrary<Padding>;
const layout = fc.constantFrom(undefined, 1, 8, 16);

/** `taps` strides, or up to a stride less one less. */
const wide = (taps: number, stride: number, less: number): number => taps * stride - Math.min(less, stride - 1);

/** The filters and strides that each algorithm is for; 'direct' takes any. */
const kernels: Readonly<Record<ConvolutionAlgorithm, fc.Arbitrary<{ kernel: PixelPair; stride: PixelPair }>>> = {
  direct: fc.record({ kernel: pair(1, 5), stride: pair(1, 3) }),
  winograd: fc.record({ taps: small(3, 5), stride: pair(1, 3), less: pair(0, 2) }).map(({ taps, stride, less }) => {
    const kernel: PixelPair = [wide(taps, stride[0], less[0]), wide(taps, stride[1], less[1])];
    return { kernel, stride };
  }),
  pointwise: fc.record({ kernel: fc.constant<PixelPair>([1, 1]), stride: fc.constant<PixelPair>([1, 1]) }),
  columns: fc.record({ kernel: pair(1, 8), stride: pair(1, 4) }),
};

/** Channels that fill blocks or not, several groups of filters, layouts that the algorithm likes or not. */
function problems(algorithm: ConvolutionAlgorithm) {
  return fc
    .record({
      ...{ images: small(1, 3), gradients: small(1, 2), channels: small(1, 40), filters: small(1, 70) },
      ...{ size: pair(1, 15), window: kernels[algorithm], pad: padding, seed: fc.nat() },
      ...{ xLayout: layout, yLayout: layout, threads: fc.constantFrom<1 | 3>(1, 3) },
    })
    .filter(({ size, pad, window: { kernel } }) =>
      [0, 1].every((axis) => kernel[axis]! <= size[axis]! + pad[axis]! + pad[axis + 2]!),
    );
}

type Problem = ReturnType<typeof problems> extends fc.Arbitrary<infer P> ? P : never;

describeOnDevices('convolutions of any geometry', (kind: DeviceKind) => {
  const devices = new Map<number, Device>();
  before(async () => {
    for (const threads of [1, 3]) devices.set(threads, await openDevice(kind, kind === 'cpu' ? { threads } : {}));
  });
  after(() => devices.forEach((device) => device.dispose()));

  for (const algorithm of Object.keys(kernels) as ConvolutionAlgorithm[]) {
    it(`${algorithm}: output and masked gradients are the reference's`, () =>
      fc.assert(
        fc.asyncProperty(problems(algorithm), (problem) => agrees(devices.get(problem.threads)!, algorithm, problem)),
        { numRuns: 25 },
      ));
  }
});

async function agrees(device: Device, algorithm: ConvolutionAlgorithm, problem: Problem): Promise<void> {
  const { images, gradients, channels, filters, size, window, pad, seed } = problem;
  const random = new Random(seed);
  const w = [filters, channels, ...window.kernel];
  const node: ConvNode = {
    ...{ op: 'conv', name: 'c', inputs: ['x'], output: 'y', weight: 'w', bias: 'b' },
    ...{ stride: window.stride, pad, dilation: [1, 1], groups: 1 },
  };
  const [weight, bias] = [random.normals(count(w)), random.normals(filters)];
  const known = new Map([
    ['w', { shape: w, data: weight }],
    ['b', { shape: [filters], data: bias }],
  ]);
  const shape = [images * gradients, channels, ...size];
  const x = { shape, data: Float64Array.from(random.normals(count(shape))) };
  const expected = forwardConvolution(node, x, known);
  const dy = random.normals(expected.data.length);
  const mask = random.normals(count(shape) / gradients);
  const dx = backwardConvolution(node, x, expected, Float64Array.from(dy), known);
  const wanted = maskedBy(mask, [images, gradients], dx);

  const { weights, plan, tensors } = await planned(device, algorithm, problem, { x: shape, w, weight, bias });
  tensors.x.write(Float32Array.from(x.data));
  plan.forward(tensors.x, tensors.y);
  assertCloseToScale(await tensors.y.read(), expected.data, 1e-5, 'y');
  tensors.y.write(dy);
  tensors.mask.write(mask);
  plan.backwardData(tensors.y, tensors.x, tensors.mask);
  assertCloseToScale(await tensors.x.read(), wanted, 1e-5, 'dx');
  for (const handle of [...Object.values(tensors), plan, weights]) handle.dispose();
}

async function planned(
  device: Device,
  algorithm: ConvolutionAlgorithm,
  { images, window, pad, xLayout, yLayout }: Problem,
  { x, w, weight, bias }: { x: Shape; w: Shape; weight: Float32Array; bias: Float32Array },
) {
  const weights = await device.weights(weight, w, bias);
  const layouts = device.kind === 'cpu' ? { xLayout, yLayout } : {};
  const plan = await device.planConv2d({
    ...{ x, weights, stride: window.stride, pad, dilation: [1, 1], groups: 1, activation: 'none' },
    ...{ forward: algorithm, backwardData: algorithm, ...layouts },
  });
  const tensors = {
    x: device.tensor(x, 'float32', plan.x),
    y: device.tensor(plan.output, 'float32', plan.y),
    mask: device.tensor([images, ...x.slice(1)], 'float32', plan.x),
  };
  return { weights, plan, tensors };
}

/** The gradients of an image lie side by side and share its mask. */
function maskedBy(mask: Float32Array, [images, gradients]: readonly [number, number], dx: Float64Array): Float64Array {
  const size = mask.length / images;
  return dx.map((value, i) => {
    const image = Math.floor(i / size / gradients);
    return mask[image * size + (i % size)]! > 0 ? value : 0;
  });
}
