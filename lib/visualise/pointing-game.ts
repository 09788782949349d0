import { argumentError, finite, knownOptions, shown } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { Box } from '../image/index.js';
import { map as mapOf } from '../image/image.js';
import type { FloatArray } from '../ndarray.js';
import { finiteValues } from '../image/finite-values.js';
import { seenOf, type FramedMap } from '../image/framed-map.js';

export interface PointingGameOptions {
  /** How far from a box the maximum may lie, in pixels; default 15. */
  readonly tolerance?: number;
}

export interface Pointing {
  /** Whether the maximum lies in a box, or no further from one than is tolerated. */
  readonly hit: boolean;
  /** Where the maximum is, the first in row-major order; null where the map is the same everywhere and points nowhere. */
  readonly point: { readonly row: number; readonly col: number } | null;
  /** From there to the nearest box, in pixels; 0 in a box, null without a point. */
  readonly distance: number | null;
}

/**
 * The pointing game (Zhang et al. 2016, "Top-down neural attention by excitation backprop"): a map hits where its
 * maximum lies on an object of its class, give or take 15 pixels. The share of hits over images and classes is the score.
 *
 * Choice: the distance is Euclidean, and one that equals the tolerance is a hit. What the network did not see (`map.seen`)
 * has no maximum. A map that is the same everywhere, such as one of zeros, points nowhere: a miss.
 *
 * @param map      [rows, cols] float32, finite; in the frame of the boxes, so of a whole image: `frame: 'image'`
 * @param boxes    at least one { xmin, ymin, xmax, ymax }, of the objects of the map's class
 * @param options  tolerance
 * @throws         ERR_ARGUMENT for a map with a NaN, or boxes that are none or lie beside the map; ERR_SHAPE, ERR_DTYPE
 */
export function pointingGame(
  map: FloatArray | FramedMap,
  boxes: readonly Box[],
  options: PointingGameOptions = {},
): Pointing {
  const where = 'pointingGame';
  knownOptions(where, options, ['tolerance']);
  const tolerance = finite(where, 'tolerance', options.tolerance ?? 15, 0);
  const values = finiteValues(where, 'map', mapOf(where, 'map', map));
  const [rows, cols] = map.shape as [number, number];
  checkBoxes(where, boxes, [rows, cols]);
  const at = maximumOf(values, seenOf(where, 'map', map));
  if (at === null) return { hit: false, point: null, distance: null };
  const point = { row: Math.floor(at / cols), col: at % cols };
  const distance = Math.min(...boxes.map((box) => distanceTo(box, point)));
  return { hit: distance <= tolerance, point, distance };
}

/** Refuses what is no list of boxes on a map of that size. */
export function checkBoxes(
  where: string,
  boxes: unknown,
  [rows, cols]: readonly [number, number] = [Infinity, Infinity],
): asserts boxes is readonly Box[] {
  const form = '{ xmin, ymin, xmax, ymax }';
  if (!Array.isArray(boxes) || boxes.length === 0) {
    throw argumentError(where, 'boxes', `an array of at least one ${form}`, boxes);
  }
  for (const [i, box] of (boxes as readonly unknown[]).entries()) {
    const { xmin, ymin, xmax, ymax } = (box ?? {}) as Partial<Box>;
    if (![xmin, ymin, xmax, ymax].every(Number.isFinite) || xmin! > xmax! || ymin! > ymax!) {
      const expected = `${form} of numbers with xmin <= xmax and ymin <= ymax`;
      const came =
        box && [xmin, ymin, xmax, ymax].every((side) => typeof side === 'number') ? sides(box as Box) : shown(box);
      throw new DeepInsideError('ERR_ARGUMENT', `${where}: boxes[${i}] must be ${expected}, got ${came}`);
    }
    if (xmin! < cols && ymin! < rows && xmax! >= 0 && ymax! >= 0) continue;
    const message = `${where}: boxes[${i}] must lie on the map of ${rows} x ${cols} pixels, got ${sides(box as Box)}`;
    throw new DeepInsideError('ERR_ARGUMENT', `${message}; make the map with frame: 'image'`);
  }
}

function sides({ xmin, ymin, xmax, ymax }: Box): string {
  return [xmin, ymin, xmax, ymax].map(shown).join(', ');
}

/** The first of the largest values that were seen; null where these are all equal. */
function maximumOf(values: Float32Array, seen: Uint8Array | null): number | null {
  let [best, varies] = [-1, false];
  for (let i = 0; i < values.length; i++) {
    if (seen && seen[i] === 0) continue;
    if (best < 0) best = i;
    else if (values[i] !== values[best]) {
      varies = true;
      if (values[i]! > values[best]!) best = i;
    }
  }
  return varies ? best : null;
}

function distanceTo({ xmin, ymin, xmax, ymax }: Box, { row, col }: { row: number; col: number }): number {
  return Math.hypot(Math.max(xmin - col, 0, col - xmax), Math.max(ymin - row, 0, row - ymax));
}
