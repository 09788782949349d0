import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, type Image } from '#lib/ndarray.js';
import { encodePng } from '#lib/image/index.js';
import { Random } from './random.js';

/** A picture [rows, cols, 3] of soft blobs and noise, another for every seed. */
export function picture(seed: number, rows = 60, cols = 80): Image {
  const noise = new Random(seed).distinct(rows * cols * 3);
  const data = Uint8Array.from(noise, (value, i) => {
    const [row, col, channel] = [Math.floor(i / 3 / cols), Math.floor(i / 3) % cols, i % 3];
    const wave = Math.sin((row * (channel + 1)) / 9 + seed) + Math.cos((col * (3 - channel)) / 11 - seed);
    return 128 + 50 * wave + 25 * value;
  });
  return array(data, [rows, cols, 3]);
}

/** Writes such a picture as PNG into `folder` and returns its path. */
export async function writePicture(folder: string, name: string, seed: number, rows?: number, cols?: number) {
  const path = join(folder, name);
  writeFileSync(path, await encodePng(picture(seed, rows, cols)));
  return path;
}
