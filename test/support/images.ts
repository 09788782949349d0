import type { Device, Layout, Shape, Tensor } from '#lib/device/index.js';
import { Random } from './random.js';

// Batches of images for tests of operations that go image by image.

export interface Lying {
  readonly shape: Shape;
  readonly layout: Layout;
}

/** Dense, in blocks of which the last is half full, side by side, and of one pixel. */
export const lyings: readonly Lying[] = [
  { shape: [2, 3, 5, 7], layout: 1 },
  { shape: [4, 3, 37, 41], layout: 1 },
  { shape: [3, 20, 4, 3], layout: 8 },
  { shape: [2, 20, 4, 3], layout: 16 },
  { shape: [2, 3, 5, 4], layout: 3 },
  { shape: [2, 12, 1, 1], layout: 8 },
  { shape: [1, 1, 1, 1], layout: 1 },
];

export const titleOf = ({ shape, layout }: Lying): string => `[${shape}] in blocks of ${layout}`;

export const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** A tensor of these values. */
export function made(device: Device, shape: Shape, values: ArrayLike<number>, layout: Layout = 1): Tensor<'float32'> {
  const tensor = device.tensor(shape, 'float32', layout);
  tensor.write(Float32Array.from(values));
  return tensor;
}

/** Values of a shape that are all different, others for each seed. */
export const valuesOf = (shape: Shape, seed: number): Float32Array => new Random(seed).distinct(sizeOf(shape));

/** The image that each element of a dense tensor of this shape belongs to. */
export const imageOf = ([, ...image]: Shape, i: number): number => Math.floor(i / sizeOf(image));

/**
 * What `run` leaves in `y`, which begins as `old`, called at once; recorded and replayed must be the same bits, and so
 * must a recording of two strands where there are images for it and the device has them.
 */
export async function everyWay(
  device: Device,
  { shape, layout }: Lying,
  old: Float32Array,
  run: (y: Tensor<'float32'>) => void,
): Promise<Float32Array[]> {
  const ways = [(y: Tensor<'float32'>) => run(y), (y: Tensor<'float32'>) => device.capture(() => run(y)).replay()];
  if (device.kind === 'cpu' && shape[0]! % 2 === 0) ways.push((y) => device.capture(() => run(y), 2).replay());
  return Promise.all(
    ways.map((way) => {
      const y = made(device, shape, old, layout);
      way(y);
      return y.read();
    }),
  );
}
