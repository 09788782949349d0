import { demandSignal, untilAborted } from '../abort.js';
import { boolean, knownOptions } from '../check.js';
import { allFinite, leaseOf, type Device, type DeviceChoice } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import { finiteValues } from '../image/finite-values.js';
import { framed, seenOf, type FramedMap } from '../image/framed-map.js';
import { copy, image as imageOf, map as mapOf } from '../image/image.js';
import type { FloatArray, Image } from '../ndarray.js';
import type { SegmentPreset } from './presets.js';
import { segmentOnGrid } from './segment-on-grid.js';
import { segmentSettings, settingNames, type GivenSettings } from './segment-settings.js';
import { segmentationOf, type Segmentation } from './segmentation.js';
import { whileOpen } from './while-open.js';
import { workImage, workMap } from './work-grid.js';

export interface SegmentOptions extends GivenSettings {
  /**
   * What holds where nothing else is said. 'iseg' (default): the implementation that the paper names, one cut with 4
   * neighbours; 'grabcut': Rother, Kolmogorov and Blake (2004), up to five cuts with 8 neighbours.
   */
  readonly preset?: SegmentPreset;
  /** Whether the result holds the capacities that were cut; default false. */
  readonly keepGrid?: boolean;
  /** Where the cut is computed: default 'auto'. The result is the same everywhere. */
  readonly device?: DeviceChoice | Device;
  readonly signal?: AbortSignal;
}

/**
 * The object that a class saliency map points at (Simonyan et al. 2013, Sect. 3.2): Gaussian mixtures of the colours of
 * the pixels above the 95 % and below the 30 % quantile of the map, GraphCut segmentation of the image by them, the
 * largest connected component of its foreground, and the box around that.
 *
 * Image and map are brought to a work grid first, of shorter side 256 unless `workSize` says otherwise; smaller images
 * are enlarged. What the map has not `seen` enters no quantile, seed or clamp, only the cut. Every constant is an option;
 * docs/choices.md has their sources.
 *
 * Where there is nothing to cut by (a map or an image that is the same everywhere, hardly any pixels), or no foreground
 * is left, mask and box are what there is to say, and `note` says why.
 *
 * @param map      [rows, cols] float32 of the image's size, all finite, with `seen` if it has one: what `saliency` gives
 *                 for `frame: 'image'`, or any map of where an object may be
 * @param img      [rows, cols, 1 | 3 | 4] uint8
 * @param options  preset, keepGrid, device, signal, and the settings: workSize, quantiles, clamps, components, clustering,
 *                 rounds, seed, covarianceFloor, uniform, cap, gamma, beta, neighbours, scale, iterations, postProcess
 * @throws         ERR_SHAPE if the sizes differ; ERR_ARGUMENT for a map with a NaN and for options that are none;
 *                 ERR_DTYPE; `signal.reason` if it is aborted
 *
 * Deterministic: colour models are sums of integers and arithmetic without fused operations, and of the cuts of least
 * cost it is always the one with the most foreground, so that every machine, device and number of threads gives the same
 * mask.
 */
export async function segment(
  map: FloatArray | FramedMap,
  img: Image,
  options: SegmentOptions = {},
): Promise<Segmentation> {
  const where = 'segment';
  knownOptions(where, options, [...settingNames, 'keepGrid', 'device', 'signal']);
  const { keepGrid = false, device = 'auto', signal } = options;
  const settings = segmentSettings(where, options);
  boolean(where, 'keepGrid', keepGrid);
  demandSignal(where, signal);
  const [onImage, image] = mapAndImage(where, map, img);
  const segmenting = async (on: Device) => {
    const size = onImage.shape as [number, number];
    const grid = await workImage(image, settings.workSize);
    const mapOnGrid = await workMap(onImage, [grid.rows, grid.cols]);
    signal?.throwIfAborted();
    const result = await segmentOnGrid(grid, mapOnGrid, settings, { device: on, signal });
    return segmentationOf(grid, result, size, keepGrid);
  };
  const leased = async () => {
    const lease = await leaseOf(where, device);
    return whileOpen(where, lease.device, () => segmenting(lease.device)).finally(() => lease.release());
  };
  return untilAborted({ signal }, leased());
}

/** Copies, since the caller may use the arrays for something else before the work on them begins. */
function mapAndImage(where: string, map: FloatArray | FramedMap, img: Image): [FramedMap, Image] {
  const image = imageOf(where, 'img', img);
  const given = mapOf(where, 'map', map);
  const size = image.shape.slice(0, 2);
  if (given.shape.join() !== size.join()) {
    const message = `${where}: map must have the image's size [${size.join(', ')}], got [${given.shape.join(', ')}]`;
    throw new DeepInsideError('ERR_SHAPE', `${message}; make the map with frame: 'image'`);
  }
  const own = copy(given);
  // Natively at first, where a native module is loaded: a map of 12 million values would block JS for 30 ms.
  if (!allFinite(own.data)) finiteValues(where, 'map', own);
  const seen = seenOf(where, 'map', map);
  return [framed(own, seen && new Uint8Array(seen)), copy(image)];
}
