import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { decodeNpy } from '../image/npy.js';
import { readImage } from '../index.js';
import { rowMajor, type NdArray } from '../ndarray.js';

/** By how much what was made again differs. */
export interface Difference {
  /** What was compared; of another shape, or where more than numbers differ ('content'), nothing. */
  readonly of: 'pixels' | 'numbers' | 'shape' | 'content';
  /** How many of them differ, of how many. */
  readonly count: number;
  readonly total: number;
  /** How many of those that differ have no size: from or to what is no number, or infinite. */
  readonly unmeasured: number;
  /** The largest difference of the others: grey levels of a pixel's channel, or the numbers' own units. */
  readonly largest: number;
  /** `largest` over the largest magnitude that was recorded; of JSON, whose numbers have units of their own, that of each. Null: of 0. */
  readonly relative: number | null;
}

const nothing = { count: 0, total: 0, unmeasured: 0, largest: 0, relative: 0 };

/**
 * By how much two files of one kind differ, by their ending: .png, .npy or .json.
 *
 * @returns  null where nothing is known of such files
 */
export async function differenceOfFiles(recorded: string, now: string): Promise<Difference | null> {
  const ending = extname(recorded).toLowerCase();
  if (ending === '.json') return differenceOfJson(await jsonAt(recorded), await jsonAt(now));
  if (ending === '.npy') {
    return differenceOfArrays(decodeNpy(recorded, await readFile(recorded)), decodeNpy(now, await readFile(now)));
  }
  if (ending !== '.png') return null;
  const all = { maxPixels: Number.MAX_SAFE_INTEGER };
  const [before, after] = [await readImage(recorded, all), await readImage(now, all)];
  const [, , channels] = before.shape as [number, number, number];
  const found = differenceOfArrays(before, after, channels);
  return found.of === 'shape' ? found : { ...found, of: 'pixels' };
}

async function jsonAt(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}

/** @param group  how many numbers that follow one another are counted as one */
export function differenceOfArrays(
  recorded: NdArray<Float32Array | Int32Array | Uint8Array>,
  now: NdArray<Float32Array | Int32Array | Uint8Array>,
  group = 1,
): Difference {
  if (recorded.shape.join() !== now.shape.join()) return { of: 'shape', ...nothing };
  return differenceOfNumbers(rowMajor(recorded), rowMajor(now), group);
}

function differenceOfNumbers(recorded: ArrayLike<number>, now: ArrayLike<number>, group: number): Difference {
  let [count, unmeasured, largest, magnitude] = [0, 0, 0, 0];
  for (let first = 0; first < recorded.length; first += group) {
    let [differs, measured] = [false, true];
    for (let i = first; i < first + group; i++) {
      const [before, after] = [recorded[i]!, now[i]!];
      if (Number.isFinite(before)) magnitude = Math.max(magnitude, Math.abs(before));
      if (Object.is(before, after)) continue;
      differs = true;
      if (Number.isFinite(after - before)) largest = Math.max(largest, Math.abs(after - before));
      else measured = false;
    }
    if (differs) count++;
    if (!measured) unmeasured++;
  }
  return {
    of: 'numbers',
    count,
    total: recorded.length / group,
    unmeasured,
    largest,
    relative: shareOf(largest, magnitude),
  };
}

function shareOf(difference: number, magnitude: number): number | null {
  if (difference === 0) return 0;
  return magnitude > 0 ? difference / magnitude : null;
}

/** Numbers by how much they differ, where all else is the same. */
export function differenceOfJson(recorded: unknown, now: unknown): Difference {
  const numbers: [recorded: number, now: number][] = [];
  if (!gather(recorded, now, numbers)) return { of: 'content', ...nothing };
  const [before, after] = [0, 1].map((at) => numbers.map((pair) => pair[at]!)) as [number[], number[]];
  const shares = numbers.map(([was, is]) => shareOf(Math.abs(is - was), Math.abs(was)));
  const relative = shares.reduce((most, share) => (most === null || share === null ? null : Math.max(most, share)), 0);
  return { ...differenceOfNumbers(before, after, 1), relative };
}

/** False where something that is no number differs. */
function gather(recorded: unknown, now: unknown, numbers: [number, number][]): boolean {
  if (typeof recorded === 'number' && typeof now === 'number') return numbers.push([recorded, now]) > 0;
  if (typeof recorded !== 'object' || typeof now !== 'object' || !recorded || !now) return recorded === now;
  const [before, after] = [Object.entries(recorded), new Map(Object.entries(now))];
  return before.length === after.size && before.every(([key, value]) => after.has(key) && gather(value, after.get(key), numbers)); // prettier-ignore
}
