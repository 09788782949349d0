import { PNG } from 'pngjs';
import type { Image } from '../ndarray.js';
import { packIndexed } from './pack-indexed.js';

/** PNG's numbers for grey, RGB and RGBA. */
const colourTypes: Record<number, 0 | 2 | 6> = { 1: 0, 3: 2, 4: 6 };

/**
 * The PNG file of a dense image, 8 bits per channel; the same bytes for the same pixels. RGB of few colours, such as heat
 * maps, get a palette.
 */
export function packPng({ data, shape }: Image): Uint8Array {
  const [rows = 0, cols = 0, channels = 0] = shape;
  const indexed = channels === 3 ? packIndexed(data, rows, cols) : null;
  if (indexed !== null) return indexed;
  const colorType = colourTypes[channels]!;
  const levels = Buffer.from(data.buffer, data.byteOffset, rows * cols * channels);
  const picture = { width: cols, height: rows, data: levels } as PNG;
  const file = PNG.sync.write(picture, { colorType, inputColorType: colorType, inputHasAlpha: channels === 4 });
  // small Buffers share their memory, which then cannot be handed to another thread
  return new Uint8Array(file);
}
