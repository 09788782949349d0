import { extname } from 'node:path';
import { argumentError, filePath, integer } from '../check.js';
import type { Image } from '../ndarray.js';
import { dense, image as imageOf } from './image.js';
import { encodeNpy, type NumericArray } from './npy.js';
import { encodeInPool } from './pool.js';
import { writeWhole } from './write-whole.js';

/**
 * Writes an image as PNG, compressed on a worker thread. The file appears whole or not at all.
 *
 * @param path   a path or file URL that ends in .png
 * @param image  [rows, cols, 1 | 3 | 4]: grey, RGB or RGBA
 * @throws       ERR_IO if the file cannot be written
 */
export async function writeImage(path: string | URL, image: Image): Promise<void> {
  const target = targetOf('writeImage', path, '.png');
  await writeWhole('writeImage', target, await encodePng(image));
}

/**
 * Writes an array as .npy, for NumPy's `load`. The file appears whole or not at all.
 *
 * @param path   a path or file URL that ends in .npy
 * @param array  any shape; float32, uint8 or int32
 * @throws       ERR_IO if the file cannot be written
 */
export async function writeArray(path: string | URL, array: NumericArray): Promise<void> {
  const target = targetOf('writeArray', path, '.npy');
  await writeWhole('writeArray', target, encodeNpy(array));
}

/** The bytes of the PNG file that holds `image` [rows, cols, 1 | 3 | 4]; compressed on a worker thread. */
export async function encodePng(image: Image): Promise<Uint8Array> {
  const given = imageOf('encodePng', 'image', image);
  return encodeInPool('encodePng', { data: dense(given).data, shape: given.shape, quality: null });
}

/** The bytes of a JPEG file of `image` [rows, cols, 1 | 3 | 4] without its alpha channel; `quality` from 1 to 100. */
export async function encodeJpeg(image: Image, quality: number): Promise<Uint8Array> {
  const given = imageOf('encodeJpeg', 'image', image);
  integer('encodeJpeg', 'quality', quality, 1, 100);
  return encodeInPool('encodeJpeg', { data: dense(given).data, shape: given.shape, quality });
}

function targetOf(where: string, path: unknown, extension: string): string {
  const target = filePath(where, 'path', path);
  if (extname(target).toLowerCase() === extension) return target;
  throw argumentError(where, 'path', `a path that ends in ${extension}`, path);
}
