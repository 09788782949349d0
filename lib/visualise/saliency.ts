import { argumentError, knownOptions, oneOf } from '../check.js';
import type { ReluRule } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import { batchOf, type Batch, type NetworkInput } from '../net/batch.js';
import { classesFor, type ClassArgument, type ClassChoice } from '../net/class-names.js';
import { scores, type Score } from '../net/edit-graph.js';
import { Network, reluRules } from '../net/network.js';
import type { Pass } from '../net/pass.js';
import { channelScale } from '../net/prepare.js';
import { array } from '../ndarray.js';
import { inInputFrame, toImageFrame, type FramedMap } from './frame.js';

export interface SaliencyOptions {
  /** 'input' (default): the rows and columns of the net's input; 'image': resampled onto the image that was given. */
  readonly frame?: 'input' | 'image';
  /** true: the derivative of largest magnitude with its sign; default false, its magnitude. */
  readonly signed?: boolean;
  /** How each ReLU passes the signal back; default 'gradient', the only one that gives Eq. 4. */
  readonly rule?: ReluRule;
  /** S_c (default), P_c, or S_c before a ReLU that follows the last weights. */
  readonly score?: Score;
}

type Settings = Required<SaliencyOptions>;
type Several = readonly ClassChoice[];

/**
 * Class saliency map of one image (Simonyan et al. 2013, Sect. 3.1):
 * M[i][j] = max over colour channels c of |dS/dI[c][i][j]|, from one forward and one backward pass per class.
 *
 * @param net      the network; its preprocessing turns an image into its input
 * @param img      [rows, cols, 1 | 3 | 4] uint8 image, or a float32 input [channels, rows, cols] of the net's own shape;
 *                 an array of those; or a batch [n, channels, rows, cols]
 * @param cls      class index from 0, name or WNID, an array of these, or a function from the image's index to one of
 *                 them; default: the class with the highest score
 * @param options  frame, signed, rule, score
 * @returns        [rows, cols] float32, >= 0 unless signed, with `seen`, in the frame of the net's input; for an image
 *                 in score units per grey level of the resized image, for an input per unit of that. An array of maps
 *                 for several classes; one result for each of an array of images; [n, rows, cols] for a batch, with
 *                 several classes [n, classes, rows, cols]
 * @throws         ERR_SHAPE or ERR_DTYPE if `img` is none of these; ERR_ARGUMENT if the class does not exist
 */
export function saliency(
  net: Network,
  img: readonly NetworkInput[],
  cls: Several,
  options?: SaliencyOptions,
): Promise<FramedMap[][]>;
export function saliency(
  net: Network,
  img: NetworkInput,
  cls: Several,
  options?: SaliencyOptions,
): Promise<FramedMap[]>;
export function saliency(
  net: Network,
  img: readonly NetworkInput[],
  cls: (index: number) => Several,
  options?: SaliencyOptions,
): Promise<FramedMap[][]>;
export function saliency(
  net: Network,
  img: readonly NetworkInput[],
  cls?: ClassChoice | ((index: number) => ClassChoice | undefined),
  options?: SaliencyOptions,
): Promise<FramedMap[]>;
export function saliency(
  net: Network,
  img: NetworkInput,
  cls?: ClassChoice | ((index: number) => ClassChoice | undefined),
  options?: SaliencyOptions,
): Promise<FramedMap>;
export function saliency(
  net: Network,
  img: NetworkInput | readonly NetworkInput[],
  cls?: ClassArgument,
  options?: SaliencyOptions,
): Promise<FramedMap | FramedMap[] | (FramedMap | FramedMap[])[]>;
export async function saliency(
  net: Network,
  img: NetworkInput | readonly NetworkInput[],
  cls?: ClassArgument,
  options: SaliencyOptions = {},
): Promise<FramedMap | FramedMap[] | (FramedMap | FramedMap[])[]> {
  if (!(net instanceof Network))
    throw argumentError('saliency', 'net', 'a network of loadNetwork or createNetwork', net);
  const settings = checked(options);
  if (!Array.isArray(img)) return saliencyOfOne(net, img as NetworkInput, cls, 0, settings);
  const maps = [];
  for (const [index, one] of (img as readonly NetworkInput[]).entries()) {
    maps.push(await saliencyOfOne(net, one, cls, index, settings));
  }
  return maps;
}

function checked(options: SaliencyOptions): Settings {
  const where = 'saliency';
  knownOptions(where, options, ['frame', 'signed', 'rule', 'score']);
  const { signed = false } = options;
  if (typeof signed !== 'boolean') throw argumentError(where, 'signed', 'true or false', signed);
  return {
    signed,
    frame: oneOf(where, 'frame', options.frame ?? 'input', ['input', 'image']),
    rule: oneOf(where, 'rule', options.rule ?? 'gradient', reluRules),
    score: oneOf(where, 'score', options.score ?? 'class', scores),
  };
}

async function saliencyOfOne(
  net: Network,
  img: NetworkInput,
  cls: ClassArgument,
  index: number,
  settings: Settings,
): Promise<FramedMap | FramedMap[]> {
  const batch = batchOf('saliency', net, img);
  if (settings.frame === 'image' && !batch.image) {
    throw new DeepInsideError('ERR_ARGUMENT', "saliency: frame 'image' needs an image, got an input; leave frame out");
  }
  const { classes, several } = classesOfBatch(net, batch, cls, index);
  const maps = await mapsOf(net, batch, classes, settings);
  const [, rows, cols] = net.inputShape;
  if (!batch.single) return inInputFrame(array(...stacked(maps, batch.n, [rows, cols], several)));
  const framed = maps.map((map) => {
    const inInput = array(map, [rows, cols]);
    return settings.frame === 'input' ? inInputFrame(inInput) : toImageFrame(net, inInput, batch.image!);
  });
  return several ? framed : framed[0]!;
}

/** For each map of an image the class of every image of the batch: [classes][n]. */
function classesOfBatch(net: Network, batch: Batch, cls: ClassArgument, index: number) {
  const perImage = Array.from({ length: batch.n }, (_, i) =>
    classesFor('saliency', net.classes, cls, batch.single ? index : i),
  );
  const { indices, several } = perImage[0]!;
  if (perImage.some((other) => other.several !== several || other.indices.length !== indices.length)) {
    const expected = 'the same number of classes for every image of a batch';
    throw argumentError(
      'saliency',
      'class',
      expected,
      perImage.map((other) => other.indices.length),
    );
  }
  return { several, classes: indices.map((_, j) => Int32Array.from(perImage, (choice) => choice.indices[j]!)) };
}

/** One forward pass, and a backward pass per class: for each class the maps of the batch, dense [n, rows, cols]. */
async function mapsOf(
  net: Network,
  batch: Batch,
  classes: readonly Int32Array[],
  settings: Settings,
): Promise<Float32Array[]> {
  const { rule, score, signed } = settings;
  const [, rows, cols] = net.inputShape;
  const scale = batch.image ? channelScale(net.preprocessing!) : null;
  const readings = await net.withPass({ n: batch.n, score }, (pass) => {
    const perChannel = scale && scaleTensor(pass, scale);
    const map = pass.device.tensor([batch.n, rows, cols], 'float32');
    pass.forward(batch.data);
    const reads = classes.map((one) => {
      const imageGradient = pass.backward({ classes: one }, rule, net.model.graph.input.name);
      pass.device.maxAbsOverChannels(imageGradient, perChannel, map, signed ? 'signed' : 'magnitude');
      return map.read();
    });
    map.dispose();
    perChannel?.dispose();
    return reads;
  });
  return Promise.all(readings);
}

function scaleTensor(pass: Pass, scale: Float32Array) {
  const tensor = pass.device.tensor([scale.length], 'float32');
  tensor.write(scale);
  return tensor;
}

/** Maps [classes][n, rows, cols] as [n, rows, cols] or, of several classes, [n, classes, rows, cols]. */
function stacked(
  maps: readonly Float32Array[],
  n: number,
  [rows, cols]: readonly [number, number],
  several: boolean,
): [Float32Array, number[]] {
  if (!several) return [maps[0]!, [n, rows, cols]];
  const area = rows * cols;
  const data = new Float32Array(n * maps.length * area);
  for (let i = 0; i < n; i++) {
    maps.forEach((map, j) => data.set(map.subarray(i * area, (i + 1) * area), (i * maps.length + j) * area));
  }
  return [data, [n, maps.length, rows, cols]];
}
