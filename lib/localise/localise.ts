import { argumentError, boolean, integer, knownOptions } from '../check.js';
import type { Device } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import { batchOf } from '../net/batch.js';
import { callOptions, type CallOptions } from '../net/call.js';
import { classesFor, type ClassArgument } from '../net/class-names.js';
import { demandNetwork } from '../net/demand-network.js';
import { eachImage, type ImageOf, type ImageSource, type ResultOf } from '../net/each-image.js';
import type { Network } from '../net/network.js';
import type { Prediction } from '../net/predictions.js';
import type { Subject } from '../net/subject.js';
import type { Image } from '../ndarray.js';
import { inSlices } from '../steps.js';
import { framing } from '../image/framing.js';
import type { FramedMap } from '../image/framed-map.js';
import { copy, image as imageOf } from '../image/image.js';
import { imageMaps, type WantedClasses } from '../visualise/image-maps.js';
import type { MapsOf, SaliencyMap } from '../visualise/saliency.js';
import { saliencySettings, type SaliencyOptions, type Settings } from '../visualise/saliency-options.js';
import type { SegmentOptions } from './segment.js';
import { segmentOnGrid } from './segment-on-grid.js';
import { segmentSettings, settingNames, type SegmentSettings } from './segment-settings.js';
import { segmentationOf, type Segmentation } from './segmentation.js';
import { whileOpen } from './while-open.js';
import { workImage, workMap } from './work-grid.js';

/** Where an object of a class is in an image. */
export interface Localisation extends Prediction, Segmentation {
  /** The class saliency map, [rows, cols] of the image. */
  readonly saliencyMap: FramedMap;
}

export interface LocaliseOptions
  extends
    Omit<SegmentOptions, 'device' | 'signal'>,
    Pick<SaliencyOptions, 'rule' | 'score' | 'region' | 'merge'>,
    CallOptions {
  /** Objects of so many best classes, best first, instead of the best alone; not where classes are given. */
  readonly top?: number;
  /** Whether maps are the mean of ten crops, as in the paper; default true. */
  readonly tenCrops?: boolean;
}

const mapOptions = ['rule', 'score', 'tenCrops', 'region', 'merge'] as const;

/**
 * Where the objects of classes are in an image, by a network that has never seen a box (Simonyan et al. 2013, Sect. 3.2):
 * a class saliency map for each class, from one forward pass for all, and the segmentation that `segment` makes of it. The
 * map comes to the work grid straight from the rescaled image's frame: `segment` of the map that is returned, which was
 * resized to the image already, may differ at rims.
 *
 * @param net      a network with preprocessing
 * @param img      [rows, cols, 1 | 3 | 4] uint8; an array of these, or an async iterable
 * @param cls      as for `saliency`: a class, an array of classes, or a function of the image's index; default: the best
 *                 class, with `top` the best ones
 * @param options  top; of the maps: tenCrops (default true), region, merge, rule, score; of the segmentation: those of
 *                 `segment`; of any call: onProgress, signal
 * @returns        for one class { class, name, wnid, score, posterior, saliencyMap, seeds, mask, box, note, ... }, for
 *                 an array of classes and with `top` an array of them; masks, map and box are in the image's own pixels.
 *                 For an array of images an array of results; for an async iterable an async generator
 * @throws         ERR_ARGUMENT if the class does not exist, for an input in place of an image and for options that are
 *                 none; what `saliency` and `segment` throw
 */
export function localise<Source extends ImageSource>(
  net: Network,
  img: Source,
  cls: undefined,
  options: LocaliseOptions & { readonly top: number },
): ResultOf<Source, Localisation[]>;
export function localise<Source extends ImageSource>(
  net: Network,
  img: Source,
  cls?: undefined,
  options?: LocaliseOptions & { readonly top?: undefined },
): ResultOf<Source, Localisation>;
export function localise<Source extends ImageSource, Cls extends ClassArgument>(
  net: Network,
  img: Source,
  cls: Cls,
  options?: LocaliseOptions,
): ResultOf<Source, MapsOf<Cls, Image, Localisation>>;
export function localise<Source extends ImageSource>(
  net: Network,
  img: Source,
  cls?: ClassArgument,
  options: LocaliseOptions = {},
): ResultOf<Source, Localisation | Localisation[]> {
  return eachImage('localise', img, options, () => {
    demandNetwork('localise', net);
    const settings = localiseSettings(options, cls);
    let before = 0;
    return async (one, subject) => localiseInImage(net, imageAlone(subject, one), subject, cls, before++, settings);
  });
}

/** Everything that the result depends on beside network, image and classes. */
export interface LocaliseSettings {
  readonly top: number | null;
  readonly maps: Settings;
  readonly segmentation: SegmentSettings;
  readonly keepGrid: boolean;
}

/** Whole settings, checked. */
export function localiseSettings(options: LocaliseOptions, cls?: ClassArgument): LocaliseSettings {
  const where = 'localise';
  knownOptions(where, options, ['top', ...mapOptions, ...settingNames, 'keepGrid', ...callOptions]);
  const { top, keepGrid = false, tenCrops = true, region, merge, rule, score, signal } = options;
  if (top !== undefined) integer(where, 'top', top, 1);
  if (top !== undefined && cls !== undefined)
    throw argumentError(where, 'top', 'left out where classes are given', top);
  return {
    top: top ?? null,
    maps: saliencySettings({ tenCrops, region, merge, rule, score, signal }, where),
    segmentation: segmentSettings(where, options),
    keepGrid: boolean(where, 'keepGrid', keepGrid),
  };
}

/**
 * A copy of the pixels, since the caller may use the array for something else before both the map and the segmentation are
 * made of them. Refuses inputs, which nobody can segment.
 */
function imageAlone({ where, what }: Subject, given: ImageOf<ImageSource>): Image {
  const data: unknown = (given as Partial<Image> | null)?.data;
  if (data instanceof Uint8Array) return copy(imageOf(where, what, given));
  // Anything else that is no image is refused with all others that no network takes.
  if (!(data instanceof Float32Array)) return given as Image;
  const message = `${where}: ${what} must be a uint8 image [rows, cols, 1 | 3 | 4], got an input of float32`;
  throw new DeepInsideError('ERR_ARGUMENT', `${message}; give the image that it was made of`);
}

async function localiseInImage(
  net: Network,
  img: Image,
  subject: Subject,
  cls: ClassArgument,
  index: number,
  settings: LocaliseSettings,
): Promise<Localisation | Localisation[]> {
  const { top, maps: ofMaps, segmentation } = settings;
  const batch = batchOf(subject, net, img, ofMaps.region);
  const { indices, several } = classesFor(subject.where, net.classes, cls, index);
  const wanted: WantedClasses = top === null ? indices : { top };
  const grid = workImage(img, segmentation.workSize);
  grid.catch(() => undefined); // who waits for it hears of it
  // One piece of work of the network from its pass to the last cut, which `dispose` waits for.
  const results = await net.withDevice((device) =>
    whileOpen(subject.where, device, async () => {
      const maps = await imageMaps(net, subject, batch, wanted, ofMaps, 'rescaled');
      const objects: Localisation[] = [];
      for (const map of maps) {
        ofMaps.signal?.throwIfAborted();
        objects.push(await objectOf(await grid, map, batch.view!.image, settings, device));
      }
      return objects;
    }),
  );
  return several || top !== null ? results : results[0]!;
}

async function objectOf(
  grid: Awaited<ReturnType<typeof workImage>>,
  map: SaliencyMap,
  size: readonly [number, number],
  { segmentation, keepGrid, maps: { signal } }: LocaliseSettings,
  device: Device,
): Promise<Localisation> {
  const [prediction] = map.predictions;
  const onGrid = await workMap(map, [grid.rows, grid.cols]);
  const found = await segmentOnGrid(grid, onGrid, segmentation, { device, signal });
  const saliencyMap = await inSlices(framing(map, size));
  return { ...prediction!, saliencyMap, ...(await segmentationOf(grid, found, size, keepGrid)) };
}
