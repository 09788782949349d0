import type { ConvolutionAlgorithm, Device, Pad, Pair, Shape, Tensor } from '#lib/device/index.js';
import { Random } from './random.js';

export interface Problem {
  readonly x: Shape;
  readonly w: Shape;
  readonly pad: Pad;
  readonly stride?: Pair;
}

/** Convolutions of stride 1 that every algorithm can do: channels that fill blocks or don't, tiles cut by the edge. */
export const problems: Readonly<Record<string, Problem>> = {
  'whole tiles': { x: [1, 16, 8, 8], w: [32, 16, 3, 3], pad: [1, 1, 1, 1] },
  'odd sizes': { x: [3, 20, 13, 9], w: [33, 20, 3, 3], pad: [1, 1, 1, 1] },
  'one pixel': { x: [2, 5, 1, 1], w: [7, 5, 3, 3], pad: [1, 1, 1, 1] },
  'no padding': { x: [1, 3, 7, 12], w: [4, 3, 3, 3], pad: [0, 0, 0, 0] },
  'uneven padding': { x: [1, 17, 6, 7], w: [9, 17, 3, 3], pad: [2, 0, 1, 2] },
  'more padding than the filter': { x: [1, 8, 3, 3], w: [8, 8, 3, 3], pad: [4, 3, 3, 4] },
  '4 x 4': { x: [2, 9, 12, 10], w: [17, 9, 4, 4], pad: [1, 2, 2, 1] },
  '5 x 5': { x: [2, 19, 11, 6], w: [18, 19, 5, 5], pad: [2, 2, 2, 2] },
  '5 x 5, uneven padding': { x: [1, 8, 9, 9], w: [40, 8, 5, 5], pad: [0, 4, 1, 0] },
  'more tiles than a chunk holds': { x: [2, 8, 66, 66], w: [8, 8, 3, 3], pad: [1, 1, 1, 1] },
};

/** 1 x 1 convolutions, with padding as in SqueezeNet's conv10 too. */
export const pointwise: Readonly<Record<string, Problem>> = {
  'whole blocks': { x: [1, 32, 9, 8], w: [64, 32, 1, 1], pad: [0, 0, 0, 0] },
  'odd channels': { x: [3, 21, 7, 5], w: [37, 21, 1, 1], pad: [0, 0, 0, 0] },
  'many pixels': { x: [1, 8, 40, 33], w: [16, 8, 1, 1], pad: [0, 0, 0, 0] },
  'padded all round': { x: [2, 16, 5, 6], w: [20, 16, 1, 1], pad: [1, 1, 1, 1] },
  'uneven padding': { x: [1, 9, 1, 4], w: [8, 9, 1, 1], pad: [0, 3, 2, 1] },
  'padding below and right alone': { x: [2, 9, 5, 4], w: [20, 9, 1, 1], pad: [0, 0, 2, 1] },
  'one pixel': { x: [4, 5, 1, 1], w: [7, 5, 1, 1], pad: [0, 0, 0, 0] },
};

/** First layers: inputs of few channels, filters of any size and stride. */
export const firstLayers: Readonly<Record<string, Problem>> = {
  "AlexNet's": { x: [1, 3, 47, 51], w: [16, 3, 11, 11], pad: [0, 0, 3, 3], stride: [4, 4] },
  "SqueezeNet's": { x: [3, 3, 27, 23], w: [96, 3, 7, 7], pad: [0, 0, 0, 0], stride: [2, 2] },
  "VGG's": { x: [2, 3, 20, 17], w: [20, 3, 3, 3], pad: [1, 1, 1, 1] },
  'one grey row': { x: [1, 1, 1, 9], w: [5, 1, 1, 4], pad: [0, 2, 0, 1], stride: [1, 2] },
  'stride beyond the filter': { x: [1, 4, 13, 12], w: [33, 4, 2, 3], pad: [1, 0, 0, 2], stride: [3, 5] },
  'pixels that no window sees': { x: [5, 2, 9, 9], w: [8, 2, 2, 2], pad: [0, 0, 0, 0], stride: [5, 5] },
};

/** Strided convolutions that Winograd computes in phases: 3, 4 or 5 taps of each, some of them zeros at the end. */
export const strided: Readonly<Record<string, Problem>> = {
  "AlexNet's": { x: [1, 3, 47, 51], w: [16, 3, 11, 11], pad: [2, 2, 2, 2], stride: [4, 4] },
  "GoogLeNet's": { x: [2, 3, 30, 33], w: [20, 3, 7, 7], pad: [3, 3, 3, 3], stride: [2, 2] },
  'many channels, uneven padding': { x: [1, 21, 14, 11], w: [35, 21, 5, 5], pad: [1, 4, 0, 2], stride: [2, 2] },
  'a stride for each direction': { x: [1, 5, 19, 25], w: [8, 5, 10, 15], pad: [3, 1, 2, 5], stride: [2, 3] },
  'one window': { x: [3, 1, 7, 7], w: [4, 1, 7, 7], pad: [0, 0, 0, 0], stride: [2, 2] },
  'pixels that no window sees': { x: [1, 3, 18, 16], w: [9, 3, 9, 9], pad: [0, 0, 0, 0], stride: [3, 3] },
  'more padding than the filter': { x: [1, 2, 4, 5], w: [8, 2, 5, 5], pad: [7, 6, 8, 9], stride: [2, 2] },
};

export const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** What the tests of a suite plan and write on its device. */
export function convolutionsOn(device: () => Device) {
  async function planned(
    { x, w, pad, stride = [1, 1] }: Problem,
    algorithm: ConvolutionAlgorithm | undefined,
    activation: 'none' | 'relu',
  ) {
    const random = new Random(5);
    const [weight, bias] = [random.normals(size(w)), random.normals(w[0]!)];
    const weights = await device().weights(weight, w, bias);
    const geometry = { x, weights, stride, pad, dilation: [1, 1], groups: 1, activation } as const;
    const plan = await device().planConv2d({
      ...geometry,
      ...(algorithm && { forward: algorithm, backwardData: algorithm }),
    });
    return { plan, weight, bias };
  }

  function filled(shape: Shape, layout: number, values: Float32Array): Tensor<'float32'> {
    const tensor = device().tensor(shape, 'float32', layout);
    tensor.write(values);
    return tensor;
  }

  return { planned, filled };
}
