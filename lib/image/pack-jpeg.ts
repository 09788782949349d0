import jpeg from 'jpeg-js';
import type { Image } from '../ndarray.js';

/** The JPEG file, of full chroma, of a dense image [rows, cols, 1 | 3 | 4] by jpeg-js; an alpha channel is left out. */
export function packJpeg({ data, shape }: Image, quality: number): Uint8Array {
  const [rows = 0, cols = 0, channels = 0] = shape;
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  const rgba = new Uint8Array(rows * cols * 4);
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    rgba[to] = data[from]!;
    rgba[to + 1] = data[from + green]!;
    rgba[to + 2] = data[from + blue]!;
  }
  // small Buffers share their memory, which then cannot be handed to another thread
  return new Uint8Array(jpeg.encode({ width: cols, height: rows, data: rgba }, quality).data);
}
