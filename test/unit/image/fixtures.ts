import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Image } from '#lib/ndarray.js';
import { readNpz } from '../../support/npy.js';
import { fixture } from '../../support/shared.js';

/** The path of a picture, or of an array about them. */
export const picture = (file: string): string => fixture('image', file);
export const pictures = readdirSync(fixture('image')).filter((file) => /\.(jpg|png)$/.test(file));

const levels = readNpz(picture('levels.npz'));

/** The levels that a reader of `file` should give; an interlaced PNG holds what its namesake does. */
export function expectedLevels(file: string, orientation: 'ignore' | 'exif' = 'ignore') {
  const name = file.replace('-interlaced', '');
  const found = (orientation === 'exif' && levels.get(`${name} upright`)) || levels.get(name);
  assert(found, `levels.npz lacks ${name}`);
  return found;
}

/**
 * Inverse cosine transforms round differently, twice where CMYK is made of YCCK; a decoder may cut 16 bits to 8 instead
 * of rounding.
 */
export function toleranceOf(file: string): number {
  if (file.endsWith('.png')) return file.includes('-16') ? 1 : 0;
  return /cmyk|ycck/.test(file) ? 6 : 4;
}

/** Same shape, and every level within `tolerance`. */
export function assertLevels(image: Image, expected: ReturnType<typeof expectedLevels>, tolerance: number): void {
  assert.deepEqual(image.shape, expected.shape);
  let worst = 0;
  expected.data.forEach((level, i) => {
    if (Math.abs(level - image.data[i]!) > Math.abs(expected.data[worst]! - image.data[worst]!)) worst = i;
  });
  const error = Math.abs(expected.data[worst]! - image.data[worst]!);
  assert(
    error <= tolerance,
    `element ${worst} is ${image.data[worst]}, expected ${expected.data[worst]} +- ${tolerance}`,
  );
}
