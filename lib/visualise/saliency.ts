import { argumentError, boolean, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { batchOf, type NetworkInput } from '../net/batch.js';
import { classesFor, topClass, type ClassArgument, type ClassChoice, type ClassesFor } from '../net/class-names.js';
import { scores } from '../net/edit-graph.js';
import { Network, reluRules } from '../net/network.js';
import { best, meansOf } from '../net/posteriors.js';
import { regionOf, type Region, type TenCropOptions } from '../net/ten-crops.js';
import type { View } from '../net/view.js';
import { array } from '../ndarray.js';
import { classMaps, type MapOptions } from './class-maps.js';
import { inImageFrame } from './frame.js';
import { framed, type FramedMap } from './framed-map.js';
import { mergeCrops, merges, type Merge } from './merge-crops.js';

export interface SaliencyOptions extends Partial<MapOptions>, TenCropOptions {
  /**
   * 'input' (default): the rows and columns of the net's input, with ten crops those of the rescaled image; 'image':
   * resampled onto the image that was given.
   */
  readonly frame?: 'input' | 'image';
  /** With ten crops: each pixel's sum divided by the number of maps that cover it ('coverage', default) or by 10 ('sum'). */
  readonly merge?: Merge;
}

interface Settings extends MapOptions {
  readonly region: Region | null;
  readonly frame: 'input' | 'image';
  readonly merge: Merge;
}
type Several = readonly ClassChoice[];

/**
 * Class saliency map of one image (Simonyan et al. 2013, Sect. 3.1):
 * M[i][j] = max over colour channels c of |dS/dI[c][i][j]|, from one forward and one backward pass per class. With ten
 * crops the mean of such maps of ten parts of the image, each in its place.
 *
 * @param net      the network; its preprocessing turns an image into its input
 * @param img      [rows, cols, 1 | 3 | 4] uint8 image, or a float32 input [channels, rows, cols] of the net's own shape;
 *                 an array of those; or a batch [n, channels, rows, cols]
 * @param cls      class index from 0, name or WNID, an array of these, or a function from the image's index to one of
 *                 them; default: the class with the highest score, of ten crops that with the highest mean posterior
 * @param options  frame, signed, rule, score; of images only: tenCrops, region, merge
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
  knownOptions(where, options, ['frame', 'signed', 'rule', 'score', 'tenCrops', 'region', 'merge']);
  const region = regionOf(where, options);
  if (region === null && options.merge !== undefined) {
    throw argumentError(where, 'merge', 'left out where tenCrops is not true', options.merge, 'add tenCrops: true');
  }
  return {
    region,
    merge: oneOf(where, 'merge', options.merge ?? 'coverage', merges),
    signed: boolean(where, 'signed', options.signed ?? false),
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
  const batch = batchOf('saliency', net, img, settings.region);
  const { n, single, view } = batch;
  if (settings.frame === 'image' && !view) {
    throw new DeepInsideError('ERR_ARGUMENT', "saliency: frame 'image' needs an image, got an input; leave frame out");
  }
  const { classes, several } = view
    ? classesOfImage(net, n, classesFor('saliency', net.classes, cls, index))
    : classesOfInputs(net, n, (i) => classesFor('saliency', net.classes, cls, single ? index : i));
  const maps = await classMaps(net, batch, classes, settings);
  const [, rows, cols] = net.inputShape;
  if (!single) return framed(array(...stacked(maps, n, [rows, cols], several)), null);
  const results = maps.map((map) => (view ? inFrame(map, view, settings) : framed(array(map, [rows, cols]), null)));
  return several ? results : results[0]!;
}

/** The same classes for all crops of an image, whose best class is that of their mean posteriors. */
function classesOfImage(net: Network, crops: number, { indices, several }: ClassesFor) {
  const repeated = (index: number) => new Int32Array(crops).fill(index);
  if (crops === 1 || !indices.includes(topClass)) return { several, classes: indices.map(repeated) };
  const classes = (scores: Float32Array) => [repeated(best(meansOf(scores, net.classes.length).posteriors, 1)[0]!)];
  return { several, classes };
}

/** For each map of an input the class of every input of the batch. */
function classesOfInputs(net: Network, n: number, ofInput: (i: number) => ClassesFor) {
  const perInput = Array.from({ length: n }, (_, i) => ofInput(i));
  const { indices, several } = perInput[0]!;
  if (perInput.some((other) => other.several !== several || other.indices.length !== indices.length)) {
    const expected = 'the same number of classes for every image of a batch';
    const came = perInput.map((other) => other.indices.length);
    throw argumentError('saliency', 'class', expected, came);
  }
  return { several, classes: indices.map((_, j) => Int32Array.from(perInput, (choice) => choice.indices[j]!)) };
}

function inFrame(maps: Float32Array, view: View, { region, frame, merge }: Settings): FramedMap {
  if (region === null && frame === 'input') return framed(array(maps, view.size), null);
  const merged = mergeCrops(maps, view, merge);
  return frame === 'input' ? merged : inImageFrame(merged, view.image);
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
