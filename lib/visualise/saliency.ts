import { inSlices } from '../steps.js';
import { batchOf } from '../net/batch.js';
import { classesFor, type ClassArgument, type ClassChoice } from '../net/class-names.js';
import { demandNetwork } from '../net/demand-network.js';
import { eachImage, type ImageOf, type ImageSource, type ResultOf } from '../net/each-image.js';
import type { Network } from '../net/network.js';
import type { FloatArray, Image } from '../ndarray.js';
import { checkFrame } from './classes-of-inputs.js';
import { framing } from '../image/framing.js';
import { imageMaps } from './image-maps.js';
import { explained, type SaliencyMap } from './saliency-map.js';
import { saliencyOfBatch } from './saliency-of-batch.js';
import { saliencySettings, type Request, type SaliencyOptions } from './saliency-options.js';

export type { SaliencyMap, SaliencyOptions };

/**
 * A map, or a map per class where the classes of an image are an array. All maps of a batch are one array, also those of
 * several classes; the type of an input does not tell it from a batch.
 */
export type MapsOf<Cls, Img = Image, Found = SaliencyMap> = Cls extends (index: number) => infer Choice
  ? MapsOf<Choice, Img, Found>
  : Cls extends readonly ClassChoice[]
    ? Img extends FloatArray
      ? Found | Found[]
      : Found[]
    : Found;

/** No class, which means the best one: the default of a type for classes, so that given functions know their argument. */
export type BestClass = undefined | ((index: number) => undefined);

/**
 * Class saliency map of one image (Simonyan et al. 2013, Sect. 3.1):
 * M[i][j] = max over colour channels c of |dS/dI[c][i][j]|, from one forward and one backward pass per class. With ten
 * crops the mean of such maps of ten parts of the image, each in its place.
 *
 * @param net      the network; its preprocessing turns an image into its input
 * @param img      [rows, cols, 1 | 3 | 4] uint8 image, or a float32 input [channels, rows, cols] of the net's own shape;
 *                 a batch [n, channels, rows, cols]; an array of these, or an async iterable. The pixels of an image
 *                 must stay as they are until its map is there
 * @param cls      class index from 0, name or WNID, an array of these, or a function from the image's index to one of
 *                 them; each input of a batch counts as an image, so that the inputs of the second of two batches of 16
 *                 have the indices 16 to 31. Default: the class with the highest score, of ten crops that with the
 *                 highest mean posterior
 * @param options  frame, signed, rule, score; of images only: tenCrops, region, merge; of any call: onProgress, signal
 * @returns        [rows, cols] float32, >= 0 unless signed, with `seen` and `predictions`, in the frame of the net's
 *                 input; for an image in score units per grey level of the resized image, for an input per unit of that.
 *                 An array of maps for several classes; [n, rows, cols] for a batch, with several classes one array
 *                 [n, classes, rows, cols], so that Array.isArray tells them apart.
 *                 For an array an array of results; for an async iterable an async generator of them, in order, which
 *                 has at most two images in flight: it reads and prepares one while the device works on another
 * @throws         ERR_SHAPE or ERR_DTYPE if `img` is none of these; ERR_ARGUMENT if the class does not exist; the reason
 *                 of an aborted signal; what onProgress or the iterable throws
 */
export function saliency<Source extends ImageSource>(
  net: Network,
  img: Source,
  cls?: undefined,
  options?: SaliencyOptions,
): ResultOf<Source, SaliencyMap>;
export function saliency<Source extends ImageSource, Cls extends ClassArgument>(
  net: Network,
  img: Source,
  cls: Cls,
  options?: SaliencyOptions,
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>>;
export function saliency<Source extends ImageSource, Cls extends ClassArgument>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: SaliencyOptions = {},
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>> {
  return eachImage('saliency', img, options, () => {
    demandNetwork('saliency', net);
    const settings = saliencySettings(options);
    let before = 0;
    return async (one, subject) => {
      const batch = batchOf(subject, net, one, settings.region);
      const request = { subject, batch, cls, first: before, settings };
      before += batch.single ? 1 : batch.n;
      return saliencyOfOne(net, request) as Promise<MapsOf<Cls, ImageOf<Source>>>;
    };
  });
}

async function saliencyOfOne(net: Network, request: Request): Promise<SaliencyMap | SaliencyMap[]> {
  const { subject, batch, cls, first, settings } = request;
  checkFrame(subject, settings.frame, batch);
  if (!batch.single) return saliencyOfBatch(net, request);
  const { indices, several } = classesFor('saliency', net.classes, cls, first);
  const seen = settings.frame === 'image' ? 'rescaled' : 'input';
  const maps = await imageMaps(net, subject, batch, indices, settings, seen);
  if (settings.frame === 'image') {
    for (const [j, map] of maps.entries())
      maps[j] = explained(await inSlices(framing(map, batch.view!.image)), map.predictions);
  }
  return several ? maps : maps[0]!;
}
