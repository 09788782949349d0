import { array, type ByteArray, type FloatArray } from '../ndarray.js';
import { inBlocks, type Steps } from '../steps.js';
import { framed, type FramedMap } from './framed-map.js';
import { resizingFloat } from './resize.js';

/**
 * A map resampled bilinearly to another number of rows and columns of the same image, in steps; 0, and not `seen`, where
 * what it is made of was not seen.
 */
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
  const pixels = map.data.length;
  const [values, distances] = [new Float32Array(pixels), new Int32Array(pixels)];
  yield* inBlocks(pixels, 2, (begin, end) => {
    values.set(map.data.subarray(begin, end), begin);
    measure(seen.data, distances, begin, end);
  });
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

/** 0 where a pixel is seen, elsewhere more than any distance. */
function measure(seen: Uint8Array, distances: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) distances[i] = seen[i] === 0 ? distances.length : 0;
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
export function nearestPixels(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, i) => Math.floor(((i + 0.5) * from) / to));
}
