import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { copy, image as imageOf, map as mapOf } from '../image/image.js';
import { resizeFloat } from '../image/index.js';
import type { Network } from '../net/network.js';
import { viewOf } from '../net/view.js';
import { array, rowMajor, type ByteArray, type FloatArray, type Image } from '../ndarray.js';
import { framed, type FramedMap } from './framed-map.js';
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
  const given = mapOf(where, 'map', map);
  const [rows, cols] = imageOf(where, 'img', img).shape as [number, number];
  if (!net.preprocessing) throw argumentError(where, 'net', 'a network with preprocessing', net);
  const view = viewOf(where, net.preprocessing, [rows, cols], null);
  const { size, resized } = view;
  const values = copy(given);
  if (given.shape.join() === size.join()) return inImageFrame(mergeCrops([values.data], view, 'coverage'), view.image);
  const { seen = null } = map as Partial<FramedMap>;
  if (given.shape.join() === resized.join()) return inImageFrame(framed(values, seen && rowMajor(seen)), view.image);
  const message = `${where}: map must have the size of the network's input [${size.join(', ')}] or of the rescaled image`;
  throw new DeepInsideError('ERR_SHAPE', `${message} [${resized.join(', ')}], got [${given.shape.join(', ')}]`);
}

/** The same for a map in the frame of the rescaled image. */
export function inImageFrame(map: FramedMap, [rows, cols]: readonly [number, number]): FramedMap {
  const { data } = resizeFloat(map.seen ? continued(map, map.seen) : map, [rows, cols]);
  if (!map.seen) return framed(array(data, [rows, cols]), null);
  const seen = nearestPixels(map.seen, rows, cols);
  const masked = data.map((value, i) => (seen[i] ? value : 0));
  return framed(array(masked, [rows, cols]), seen);
}

/** The map with the value of the nearest seen pixel, counted in steps along rows and columns, wherever it is not seen. */
function continued(map: FloatArray, seen: ByteArray): FloatArray {
  const [rows, cols] = map.shape as [number, number];
  const values = map.data.slice();
  const steps = Uint32Array.from(seen.data, (was) => (was ? 0 : rows + cols));
  const look = (at: number, neighbour: number): void => {
    if (steps[neighbour]! + 1 >= steps[at]!) return;
    steps[at] = steps[neighbour]! + 1;
    values[at] = values[neighbour]!;
  };
  for (let at = 0; at < values.length; at++) {
    if (at >= cols) look(at, at - cols);
    if (at % cols > 0) look(at, at - 1);
  }
  for (let at = values.length - 1; at >= 0; at--) {
    if (at + cols < values.length) look(at, at + cols);
    if ((at + 1) % cols > 0) look(at, at + 1);
  }
  return array(values, [rows, cols]);
}

/** What the mask says at the centre of each of rows x cols pixels. */
function nearestPixels(mask: ByteArray, rows: number, cols: number): Uint8Array {
  const [fromRows, fromCols] = mask.shape as [number, number];
  const pixels = new Uint8Array(rows * cols);
  const fromCol = Int32Array.from({ length: cols }, (_, col) => Math.floor(((col + 0.5) * fromCols) / cols));
  for (let row = 0, at = 0; row < rows; row++) {
    const from = Math.floor(((row + 0.5) * fromRows) / rows) * fromCols;
    for (let col = 0; col < cols; col++) pixels[at++] = mask.data[from + fromCol[col]!]!;
  }
  return pixels;
}
