import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { array, type Image } from '../ndarray.js';
import { bitsPerPixel, type PngHeader } from './png-header.js';

/**
 * Decodes by pngjs: grey becomes RGB, palettes and the 16-bit depth become 8-bit levels.
 *
 * @returns  [rows, cols, 3], or 4 channels where the file states transparency
 */
export function decodePng(bytes: Uint8Array, header: PngHeader): Image {
  if (header.interlaced) checkInterlacedSize(bytes, header);
  // pngjs refuses whatever follows the end chunk
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, header.end);
  const rgba = new Uint8Array(PNG.sync.read(file).data.buffer);
  const { rows, cols, transparency, colourType, hasAlpha } = header;
  if (!hasAlpha) return array(withoutAlpha(rgba), [rows, cols, 3]);
  if (transparency && (colourType === 0 || colourType === 2)) restoreKey(rgba, header, transparency);
  return array(rgba, [rows, cols, 4]);
}

/** pngjs inflates an interlaced picture without a limit: a file of 1 MB may demand 1 GB. */
function checkInterlacedSize(bytes: Uint8Array, header: PngHeader): void {
  const rowSize = Math.ceil((header.cols * bitsPerPixel(header)) / 8);
  // seven passes, whose 1.875 rows per row have a filter byte each and may pad their last byte
  const maxOutputLength = header.rows * (rowSize + 4) + 64;
  inflateSync(Buffer.concat(header.dataRanges.map(([start, end]) => bytes.subarray(start, end))), { maxOutputLength });
}

/** pngjs blackens the pixels of the one transparent colour; they keep it here, as in other decoders. */
function restoreKey(data: Uint8Array, { depth, colourType }: PngHeader, transparency: Uint8Array): void {
  const level = (i: number): number =>
    Math.round((((transparency[2 * i]! << 8) | transparency[2 * i + 1]!) * 255) / (2 ** depth - 1));
  const [red, green, blue] = colourType === 0 ? [level(0), level(0), level(0)] : [level(0), level(1), level(2)];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] !== 0) continue;
    data[at] = red!;
    data[at + 1] = green!;
    data[at + 2] = blue!;
  }
}

function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}
