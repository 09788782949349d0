import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { copy, image as imageOf, map as mapOf } from '../image/image.js';
import { resizingFloat } from '../image/resize.js';
import { atOnce, inBlocks, type Steps } from '../steps.js';
import { demandNetwork } from '../net/demand-network.js';
import type { Network } from '../net/network.js';
import { viewOf } from '../net/view.js';
import { array, type ByteArray, type FloatArray, type Image } from '../ndarray.js';
import { framed, seenOf, type FramedMap } from './framed-map.js';
import { mergeCrops } from './merge-crops.js';

/**
 * A map resampled onto the image that the network's input, or its ten crops, were made of; 0, and not `seen`, where the
 * network did not look.
 *
 * Choice: for the interpolation what was not seen has the value of the nearest pixel that was, so that the rim is not
 * darkened.
 *
 * @param net  the network; its preprocessing says where in the image its input lies
 * @param map  [rows, cols] float32 of the network's input, or of the rescaled image: what saliency gives unless told
 *             otherwise, with its `seen`
 * @param img  [rows, cols, 1 | 3 | 4] uint8
 * @returns    [rows, cols] of the image
 * @throws     ERR_SHAPE if the map has neither size; ERR_ARGUMENT without preprocessing
 */
export function toImageFrame(net: Network, map: FloatArray | FramedMap, img: Image): FramedMap {
  const where = 'toImageFrame';
  demandNetwork(where, net);
  const given = mapOf(where, 'map', map);
  const [rows, cols] = imageOf(where, 'img', img).shape as [number, number];
  if (!net.preprocessing) throw argumentError(where, 'net', 'a network with preprocessing', net);
  const view = viewOf({ where, what: 'img' }, net.preprocessing, [rows, cols], null);
  const { size, resized } = view;
  const values = copy(given);
  if (given.shape.join() === size.join())
    return atOnce(framing(mergeCrops([values.data], view, 'coverage'), view.image));
  if (given.shape.join() === resized.join())
    return atOnce(framing(framed(values, seenOf(where, 'map', map)), view.image));
  const message = `${where}: map must have the size of the network's input [${size.join(', ')}] or of the rescaled image`;
  throw new DeepInsideError('ERR_SHAPE', `${message} [${resized.join(', ')}], got [${given.shape.join(', ')}]`);
}

/** The same in steps for a map in the frame of the rescaled image. */
export function* framing(map: FramedMap, [rows, cols]: readonly [number, number]): Steps<FramedMap> {
  const { seen } = map;
  const resized = yield* resizingFloat(seen ? yield* continuing(map, seen) : map, [rows, cols], 'bilinear');
  if (!seen) return framed(array(resized.data, [rows, cols]), null);
  const mask = new Uint8Array(rows * cols);
  const sourceRows = nearestPixels(seen.shape[0]!, rows);
  const sourceCols = nearestPixels(seen.shape[1]!, cols);
  yield* inBlocks(rows, cols, (begin, end) => {
    for (let row = begin; row < end; row++) {
      const seenRow = seen.data.subarray(sourceRows[row]! * seen.shape[1]!);
      const [first, behind] = [row * cols, (row + 1) * cols];
      hideUnseen(seenRow, sourceCols, resized.data.subarray(first, behind), mask.subarray(first, behind));
    }
  });
  return framed(array(resized.data, [rows, cols]), mask);
}

/** One row: 0 in `values` and `mask` where the pixel that it comes from was not seen, else 1 in `mask`. */
function hideUnseen(seen: Uint8Array, sourceCols: Int32Array, values: Float32Array, mask: Uint8Array): void {
  for (let col = 0; col < values.length; col++) {
    if (seen[sourceCols[col]!]) mask[col] = 1;
    else values[col] = 0;
  }
}

/** The map with the value of the nearest seen pixel, counted in steps along rows and columns, wherever it is not seen. */
function* continuing(map: FloatArray, seen: ByteArray): Steps<FloatArray> {
  const cols = map.shape[1]!;
  const values = map.data.slice();
  const pixels = values.length;
  const distances = new Int32Array(pixels);
  for (let i = 0; i < pixels; i++) if (seen.data[i] === 0) distances[i] = pixels;
  for (let at = 0; at < pixels; at += cols) {
    spread(values, distances, at, at - cols, cols, 1);
    spread(values, distances, at + 1, at, cols - 1, 1);
    yield;
  }
  for (let at = pixels - 1; at >= 0; at -= cols) {
    spread(values, distances, at, at + cols, cols, -1);
    spread(values, distances, at - 1, at, cols - 1, -1);
    yield;
  }
  return array(values, map.shape);
}

/** Each of `count` pixels from `to` on takes the value of its neighbour if that is one step from a nearer seen pixel. */
function spread(
  values: Float32Array,
  distances: Int32Array,
  to: number,
  from: number,
  count: number,
  step: 1 | -1,
): void {
  if (from < 0 || from >= values.length) return;
  for (let i = 0; i < count; i++, to += step, from += step) {
    if (distances[from]! + 1 >= distances[to]!) continue;
    distances[to] = distances[from]! + 1;
    values[to] = values[from]!;
  }
}

/** Which of `from` pixels holds the centre of each of the `to` pixels that these become. */
function nearestPixels(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, i) => Math.floor(((i + 0.5) * from) / to));
}
