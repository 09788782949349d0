import { move, transferableSymbol, valueSymbol } from 'piscina';
import { array, type Image } from '../ndarray.js';
import { upright } from './upright.js';
import { decodeJpeg } from './decode-jpeg.js';
import { decodePng } from './decode-png.js';
import type { JpegHeader } from './jpeg-header.js';
import type { PngHeader } from './png-header.js';
import { packJpeg } from './pack-jpeg.js';
import { packPng } from './pack-png.js';

/** What goes to a worker thread; `bytes` become its own. */
export type DecodeTask = { readonly bytes: Uint8Array } & (
  { readonly format: 'jpeg'; readonly header: JpegHeader } | { readonly format: 'png'; readonly header: PngHeader }
);

export interface Pixels {
  readonly data: Uint8Array;
  readonly shape: readonly number[];
}

/** Of a JPEG the quality, 1 to 100; null for a PNG. */
export interface EncodeTask extends Pixels {
  readonly quality: number | null;
}

/** A file that the decoder refuses is an answer; a worker that fails is a rejection. */
export type Decoded = Pixels | { readonly refusal: string };

export function decode(task: DecodeTask): unknown {
  try {
    const { data, shape } = upright(decoded(task), task.header.orientation);
    return withMemory({ data, shape }, data);
  } catch (error) {
    return { refusal: (error as Error).message } satisfies Decoded;
  }
}

export function encode({ data, shape, quality }: EncodeTask): unknown {
  const image = array(data, shape);
  const file = quality === null ? packPng(image) : packJpeg(image, quality);
  return withMemory(file, file);
}

function decoded(task: DecodeTask): Image {
  return task.format === 'jpeg' ? decodeJpeg(task.bytes, task.header) : decodePng(task.bytes, task.header);
}

/** What makes piscina post `value` and hand the memory of `data` over instead of copying it. */
function withMemory(value: Pixels | Uint8Array, data: Uint8Array): unknown {
  const moved: object = { [transferableSymbol]: [data.buffer], [valueSymbol]: value };
  return move(moved as Parameters<typeof move>[0]);
}
