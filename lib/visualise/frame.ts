import { resizeFloat } from '../image/index.js';
import type { View } from '../net/prepare.js';
import { array, type ByteArray, type FloatArray } from '../ndarray.js';

/** A map with the mask of the pixels that the network looked at; null where these are all. */
export type FramedMap = FloatArray & { readonly seen: ByteArray | null };

/** A map in the frame of the network's input, where everything was seen. */
export function inInputFrame(map: FloatArray): FramedMap {
  return Object.assign(map, { seen: null });
}

/**
 * A map of the network's input, resampled onto the image of [rows, cols] that the input was cut from; 0 where the
 * network did not look. Choice: beyond the edge of what it saw the map continues with its last value, so that
 * interpolation does not darken the rim.
 */
export function inImageFrame(map: FloatArray, view: View, rows: number, cols: number): FramedMap {
  const spread = resizeFloat(continued(map, view), [rows, cols]);
  const [height, width] = view.resized;
  const whole = view.size[0] === height && view.size[1] === width;
  if (whole) return Object.assign(array(spread.data, [rows, cols]), { seen: null });
  const rowSeen = seenAlong(rows, height, view.top, view.size[0]);
  const colSeen = seenAlong(cols, width, view.left, view.size[1]);
  const seen = Uint8Array.from({ length: rows * cols }, (_, i) => rowSeen[Math.floor(i / cols)]! & colSeen[i % cols]!);
  const masked = spread.data.map((value, i) => (seen[i] ? value : 0));
  return Object.assign(array(masked, [rows, cols]), { seen: array(seen, [rows, cols]) });
}

/** The map in its place within the resized image, its edges continued. */
function continued(map: FloatArray, { resized: [rows, cols], top, left, size }: View): FloatArray {
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const from = clamp(row - top, size[0]) * size[1];
    for (let col = 0; col < cols; col++) data[row * cols + col] = map.data[from + clamp(col - left, size[1])]!;
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
