import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { image as imageOf, map as mapOf } from '../image/image.js';
import { resizeFloat } from '../image/index.js';
import type { Network } from '../net/network.js';
import { viewOf, type View } from '../net/prepare.js';
import { array, rowMajor, type ByteArray, type FloatArray, type Image } from '../ndarray.js';

/** A map with the mask of the pixels that the network looked at; null where these are all. */
export type FramedMap = FloatArray & { readonly seen: ByteArray | null };

/** A map in the frame of the network's input, where everything was seen. */
export function inInputFrame(map: FloatArray): FramedMap {
  return Object.assign(map, { seen: null });
}

/**
 * A map in the frame of the network's input, resampled onto the image that the input was made of; 0, and not `seen`,
 * where the network did not look.
 *
 * Choice: beyond the edge of what it saw the map continues with its last value, so that interpolation does not darken
 * the rim.
 *
 * @param net  the network; its preprocessing says where in the image its input lies
 * @param map  [rows, cols] float32 of the network's input: what saliency gives unless told otherwise
 * @param img  [rows, cols, 1 | 3 | 4] uint8
 * @returns    [rows, cols] of the image
 * @throws     ERR_SHAPE if the map has another size than the network's input; ERR_ARGUMENT without preprocessing
 */
export function toImageFrame(net: Network, map: FloatArray, img: Image): FramedMap {
  const where = 'toImageFrame';
  const given = mapOf(where, 'map', map);
  const [rows, cols] = imageOf(where, 'img', img).shape as [number, number];
  const size = net.inputShape.slice(1);
  if (given.shape.join() !== size.join()) {
    const message = `${where}: map must have the size of the network's input [${size.join(', ')}], got [${given.shape.join(', ')}]`;
    throw new DeepInsideError('ERR_SHAPE', message);
  }
  if (!net.preprocessing) throw argumentError(where, 'net', 'a network with preprocessing', net);
  return inImageFrame(array(rowMajor(given), size), viewOf(net.preprocessing, rows, cols), rows, cols);
}

/** The same for a dense map and a view that are known to fit. */
export function inImageFrame(map: FloatArray, view: View, rows: number, cols: number): FramedMap {
  const whole = resizeFloat(continued(map.data, view), [rows, cols]);
  const [height, width] = view.resized;
  if (view.size[0] === height && view.size[1] === width) {
    return Object.assign(array(whole.data, [rows, cols]), { seen: null });
  }
  const rowSeen = seenAlong(rows, height, view.top, view.size[0]);
  const colSeen = seenAlong(cols, width, view.left, view.size[1]);
  const seen = Uint8Array.from({ length: rows * cols }, (_, i) => rowSeen[Math.floor(i / cols)]! & colSeen[i % cols]!);
  const masked = whole.data.map((value, i) => (seen[i] ? value : 0));
  return Object.assign(array(masked, [rows, cols]), { seen: array(seen, [rows, cols]) });
}

/** The map in its place within the resized image, its edges continued. */
function continued(map: Float32Array, { resized: [rows, cols], top, left, size }: View): FloatArray {
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const from = clamp(row - top, size[0]) * size[1];
    for (let col = 0; col < cols; col++) data[row * cols + col] = map[from + clamp(col - left, size[1])]!;
  }
  return array(data, [rows, cols]);
}

function clamp(position: number, size: number): number {
  return Math.min(Math.max(position, 0), size - 1);
}

/** 1 for the pixels of the image whose centre lies within the `size` pixels from `first` of the resized image. */
function seenAlong(pixels: number, resized: number, first: number, size: number): Uint8Array {
  return Uint8Array.from({ length: pixels }, (_, i) => {
    const centre = ((i + 0.5) * resized) / pixels;
    return centre >= first && centre < first + size ? 1 : 0;
  });
}
