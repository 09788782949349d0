import { integer, oneOf } from '../check.js';
import { array, type FloatArray, type Image } from '../ndarray.js';
import { dense, image as imageOf, map as mapOf, size as sizeOf } from './image.js';
import {
  fixedPoint,
  kernels,
  resampleCols,
  resampleFloatCols,
  resampleFloatRows,
  resampleRows,
  windows,
} from './resample.js';
import { atOnce, inBlocks, type Steps } from '../steps.js';

export type Filter = 'bilinear' | 'bicubic';

/** A rectangle of an image. */
export interface Part {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}

/**
 * Resamples an image with antialiasing: the filter's support grows with the scale when shrinking. Columns first, then
 * rows, each pass rounded to 8 bits with 22-bit fixed-point weights, so that results equal Pillow's Image.resize bit for
 * bit. Channels are independent of each other, alpha included.
 *
 * @param image   [rows, cols, 1 | 3 | 4]
 * @param size    [rows, cols] of the result, each at least 1
 * @param filter  'bilinear' (triangle) or 'bicubic' (Keys with a = -0.5)
 * @returns       [rows, cols, channels of `image`]; `image` itself if it has this size already
 */
export function resize(image: Image, size: readonly [number, number], filter: Filter = 'bilinear'): Image {
  const given = imageOf('resize', 'image', image);
  const [rows, cols] = sizeOf('resize', 'size', size);
  oneOf('resize', 'filter', filter, ['bilinear', 'bicubic']);
  if (rows === given.shape[0] && cols === given.shape[1]) return given;
  return atOnce(resizing(given, [rows, cols], filter, { top: 0, left: 0, rows, cols }));
}

/** The same in steps, and of the result only the part that is wanted: [part.rows, part.cols, channels]. */
export function* resizing(
  image: Image,
  [rows, cols]: readonly [number, number],
  filter: Filter,
  part: Part,
): Steps<Image> {
  const [fromRows, fromCols, channels] = image.shape as [number, number, number];
  if (rows === fromRows && cols === fromCols) return image.lo(part.top, part.left).hi(part.rows, part.cols);
  const across = fixedPoint(windows(fromCols, cols, kernels[filter], part.left, part.cols));
  const down = fixedPoint(windows(fromRows, rows, kernels[filter], part.top, part.rows));
  const [first, last] = [down.first[0]!, part.rows - 1];
  const neededRows = down.first[last]! + down.count[last]! - first;
  const fromNeeded = { ...down, first: down.first.map((row) => row - first) };
  const width = part.cols * channels;
  const { data } = dense(image);
  const source = data.subarray(first * fromCols * channels);
  const narrow = new Uint8Array(neededRows * width);
  yield* inBlocks(neededRows, width * across.stride, (begin, end) =>
    resampleCols(source, narrow, across, [fromCols, channels], begin, end),
  );
  const result = new Uint8Array(part.rows * width);
  yield* inBlocks(part.rows, width * down.stride, (begin, end) =>
    resampleRows(narrow, result, fromNeeded, width, begin, end),
  );
  return array(result, [part.rows, part.cols, channels]);
}

/**
 * The same for a map of real values: weights and sums in float64, rounded to float32 after each pass, as Pillow does
 * with images of mode F.
 *
 * @param map     [rows, cols] float32
 * @param size    [rows, cols] of the result, each at least 1
 * @returns       [rows, cols] float32; `map` itself if it has this size already
 */
export function resizeFloat(map: FloatArray, size: readonly [number, number], filter: Filter = 'bilinear'): FloatArray {
  const given = mapOf('resizeFloat', 'map', map);
  const [rows, cols] = sizeOf('resizeFloat', 'size', size);
  oneOf('resizeFloat', 'filter', filter, ['bilinear', 'bicubic']);
  return atOnce(resizingFloat(given, [rows, cols], filter));
}

/** The same in steps. */
export function* resizingFloat(
  map: FloatArray,
  [rows, cols]: readonly [number, number],
  filter: Filter,
): Steps<FloatArray> {
  const [fromRows, fromCols] = map.shape as [number, number];
  if (rows === fromRows && cols === fromCols) return map;
  const across = windows(fromCols, cols, kernels[filter]);
  const down = windows(fromRows, rows, kernels[filter]);
  const { data } = dense(map);
  const narrow = new Float32Array(fromRows * cols);
  yield* inBlocks(fromRows, cols * across.stride, (begin, end) =>
    resampleFloatCols(data, narrow, across, fromCols, begin, end),
  );
  const result = new Float32Array(rows * cols);
  yield* inBlocks(rows, cols * down.stride, (begin, end) => resampleFloatRows(narrow, result, down, cols, begin, end));
  return array(result, [rows, cols]);
}

/**
 * The size at which the shorter side is `shortSide` and the longer keeps the aspect.
 * Choice: longer = round(long * shortSide / short), halves up; torchvision cuts the fraction off instead.
 */
export function shortSideSize(rows: number, cols: number, shortSide: number): [number, number] {
  integer('shortSideSize', 'shortSide', shortSide, 1);
  const longer = Math.round((Math.max(rows, cols) * shortSide) / Math.min(rows, cols));
  return rows <= cols ? [shortSide, longer] : [longer, shortSide];
}
