import { argumentError, finite, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { array, type FloatArray, type Image } from '../ndarray.js';
import { colourNames, colourTable, lastColour, type Colours } from './colours.js';
import { copy, dense, image as imageOf, map as mapOf } from './image.js';
import { quantile } from './quantile.js';

export interface HeatMapOptions {
  /** Default: 'diverging' for a map with negative values, else 'inferno'. */
  readonly colours?: Colours;
  /** Values beyond this percentile get the colour of the percentile itself; 0 to 100, default 99. */
  readonly percentile?: number;
}

export interface OverlayOptions extends HeatMapOptions {
  /** Share of the heat map in the result, 0 to 1; default 0.6. */
  readonly alpha?: number;
}

/**
 * Draws a map in colours. One-sided tables run from 0 (or the least value, if negative) up to the percentile of the
 * values; the diverging table from minus to plus the percentile of the magnitudes, white at 0. A map of zeros is drawn
 * in the colour of 0.
 *
 * Choice: colours saturate at the 99th percentile, since a few pixels of a gradient exceed all others by far.
 *
 * @param map  [rows, cols] float32, all finite
 * @returns    [rows, cols, 3]
 * @throws     ERR_ARGUMENT if the map holds NaN or infinity
 */
export function heatMap(map: FloatArray, options: HeatMapOptions = {}): Image {
  knownOptions('heatMap', options, ['colours', 'percentile']);
  return draw('heatMap', mapOf('heatMap', 'map', map), options);
}

/**
 * Lays the heat map of `map` over `image`: (1 - alpha) * image + alpha * heat map.
 *
 * @param image    [rows, cols, 1 | 3 | 4]; an alpha channel is left out
 * @param map      [rows, cols] of the same size, all finite; or its heat map, [rows, cols, 3] uint8
 * @param options  alpha, and, unless `map` is drawn already, those of `heatMap`
 * @returns        [rows, cols, 3]
 * @throws         ERR_SHAPE if the sizes differ
 */
export function overlay(image: Image, map: FloatArray | Image, options: OverlayOptions = {}): Image {
  const drawn = map?.data instanceof Uint8Array;
  knownOptions('overlay', options, drawn ? ['alpha'] : ['alpha', 'colours', 'percentile']);
  const { alpha = 0.6 } = options;
  finite('overlay', 'alpha', alpha, 0, 1);
  const below = imageOf('overlay', 'image', image);
  const [rows, cols, channels] = below.shape as [number, number, number];
  const given = drawn ? heatOf('overlay', map as Image) : mapOf('overlay', 'map', map);
  if (given.shape[0] !== rows || given.shape[1] !== cols) {
    throw new DeepInsideError(
      'ERR_SHAPE',
      `overlay: map must have the image's size [${rows}, ${cols}], got [${given.shape.join(', ')}]; ask saliency for frame: 'image'`,
    );
  }
  const heat = drawn ? copy(given as Image) : draw('overlay', given as FloatArray, options);
  const levels = dense(below).data;
  mix(levels, channels, alpha, heat.data);
  return heat;
}

/** `heat` if it is an image in colours. */
function heatOf(where: string, heat: Image): Image {
  if (imageOf(where, 'map', heat).shape[2] === 3) return heat;
  const message = `${where}: a map that is drawn already must be [rows, cols, 3], got [${heat.shape.join(', ')}]`;
  throw new DeepInsideError('ERR_SHAPE', message);
}

/** to = (1 - alpha) * levels + alpha * to, rounded; levels [pixels, channels], to [pixels, 3] */
function mix(levels: Uint8Array, channels: number, alpha: number, to: Uint8Array): void {
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let from = 0, at = 0; at < to.length; from += channels, at += 3) {
    const [r, g, b] = [levels[from]!, levels[from + green]!, levels[from + blue]!];
    to[at] = r + alpha * (to[at]! - r) + 0.5;
    to[at + 1] = g + alpha * (to[at + 1]! - g) + 0.5;
    to[at + 2] = b + alpha * (to[at + 2]! - b) + 0.5;
  }
}

function draw(where: string, map: FloatArray, options: HeatMapOptions): Image {
  const { percentile = 99 } = options;
  finite(where, 'percentile', percentile, 0, 100);
  const [rows, cols] = map.shape as [number, number];
  const values = dense(map).data;
  const [least, largest] = extremes(where, values, cols);
  const { colours = least < 0 ? 'diverging' : 'inferno' } = options;
  oneOf(where, 'colours', colours, colourNames);
  const [low, high] =
    colours === 'diverging'
      ? symmetricRange(values, least, largest, percentile)
      : oneSidedRange(values, least, largest, percentile);
  return array(paint(values, low, high, colourTable(colours)), [rows, cols, 3]);
}

/** The least and the largest value, once all are known to be finite. */
function extremes(where: string, values: Float32Array, cols: number): [number, number] {
  let [least, largest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // 0 for finite values, else NaN
    if (value - value !== 0)
      throw argumentError(where, `map[${Math.floor(i / cols)}][${i % cols}]`, 'a finite number', value);
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return [least, largest];
}

function symmetricRange(values: Float32Array, least: number, largest: number, percentile: number): [number, number] {
  const magnitudes = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) magnitudes[i] = Math.abs(values[i]!);
  const limit = quantile(magnitudes, percentile) || Math.max(-least, largest) || 1;
  return [-limit, limit];
}

function oneSidedRange(values: Float32Array, least: number, largest: number, percentile: number): [number, number] {
  const high = quantile(values, percentile);
  return [Math.min(least, 0), high > 0 ? high : Math.max(largest, 0)];
}

/** Values from low to high in the colours of `table`, those beyond in its ends; where low = high all in its first. */
function paint(values: Float32Array, low: number, high: number, table: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(values.length * 3);
  const scale = high > low ? lastColour / (high - low) : 0;
  for (let i = 0, at = 0; i < values.length; i++, at += 3) {
    const place = (values[i]! - low) * scale + 0.5;
    const entry = 3 * (place < 0 ? 0 : place > lastColour ? lastColour : Math.floor(place));
    rgb[at] = table[entry]!;
    rgb[at + 1] = table[entry + 1]!;
    rgb[at + 2] = table[entry + 2]!;
  }
  return rgb;
}
