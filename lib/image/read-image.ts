import { open } from 'node:fs/promises';
import { filePath, integer, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { array, type Image } from '../ndarray.js';
import { readJpegHeader } from './jpeg-header.js';
import { readPngHeader } from './png-header.js';
import { decodeInPool } from './pool.js';
import { decodeBySharp, installedSharp } from './sharp.js';
import { looksLike, sniff } from './sniff.js';
import type { DecodeTask } from './worker.js';

export interface ReadImageOptions {
  /** 'exif' turns the picture upright as its EXIF orientation says; 'ignore' (default) gives it as stored. */
  readonly orientation?: 'ignore' | 'exif';
  /** Larger pictures are refused before anything is decoded; default 67,108,864 (8192 x 8192). */
  readonly maxPixels?: number;
}

/** Choice: the largest picture that is read unless told otherwise; decoding it in JavaScript takes up to 2.7 GB (measured). */
export const defaultMaxPixels = 8192 * 8192;

/**
 * Reads a JPEG or PNG image, recognised by its content. Decoding happens on worker threads (by sharp, where that is
 * installed), so the event loop stays free; profiles and gamma are ignored.
 *
 * @param source   a path, a file URL, or the file's bytes (left as they are)
 * @param options  orientation and the largest number of pixels
 * @returns        [rows, cols, 3] RGB, grey replicated; [rows, cols, 4] from a PNG that states transparency
 * @throws         ERR_IO if the file cannot be read; ERR_FORMAT if it is no JPEG or PNG, damaged, truncated or too large;
 *                 ERR_UNSUPPORTED for codings that are not read (arithmetic, lossless, 12-bit JPEG)
 */
export async function readImage(source: string | URL | Uint8Array, options: ReadImageOptions = {}): Promise<Image> {
  knownOptions('readImage', options, ['orientation', 'maxPixels']);
  const orientation = oneOf('readImage', 'orientation', options.orientation ?? 'ignore', ['ignore', 'exif']);
  const maxPixels = integer('readImage', 'maxPixels', options.maxPixels ?? defaultMaxPixels, 1);
  const { name, bytes } = await bytesOf(source);
  const task = planDecoding(name, bytes, maxPixels);
  return decode(name, orientation === 'exif' ? task : asStored(task));
}

/** What messages call the source, and its bytes in memory of their own, which can be transferred to a worker. */
async function bytesOf(source: unknown): Promise<{ name: string; bytes: Uint8Array }> {
  if (source instanceof Uint8Array) return { name: `image of ${source.length} bytes`, bytes: new Uint8Array(source) };
  const path = filePath('readImage', 'source', source, 'a path, a file URL or a Uint8Array');
  return { name: path, bytes: await readFile(path) };
}

/** The whole file; one of another kind is refused by its first bytes. */
async function readFile(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const head = new Uint8Array(64);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    checkFormat(path, head.subarray(0, bytesRead));
    const { size } = await file.stat();
    const bytes = new Uint8Array(size);
    const rest = await file.read(bytes, 0, size, 0);
    return bytes.subarray(0, rest.bytesRead);
  } catch (cause) {
    if (cause instanceof DeepInsideError) throw cause;
    throw new DeepInsideError('ERR_IO', `readImage: cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function checkFormat(name: string, bytes: Uint8Array): 'jpeg' | 'png' {
  const format = sniff(bytes);
  if (format) return format;
  throw new DeepInsideError(
    'ERR_FORMAT',
    `${name}: a JPEG or PNG image was expected, got ${looksLike(bytes)}; convert it to one of them`,
  );
}

function planDecoding(name: string, bytes: Uint8Array, maxPixels: number): DecodeTask {
  return checkFormat(name, bytes) === 'jpeg'
    ? { format: 'jpeg', bytes, header: readJpegHeader(name, bytes, maxPixels) }
    : { format: 'png', bytes, header: readPngHeader(name, bytes, maxPixels) };
}

function asStored(task: DecodeTask): DecodeTask {
  return { ...task, header: { ...task.header, orientation: 1 } } as DecodeTask;
}

async function decode(name: string, task: DecodeTask): Promise<Image> {
  const result = (await decodedBySharp(task)) ?? (await decodeInPool(name, task));
  if (!('refusal' in result)) return array(result.data, result.shape);
  throw new DeepInsideError(
    'ERR_FORMAT',
    `${name}: the picture cannot be decoded: ${result.refusal}; copy or download it again`,
  );
}

/** Null where sharp is not installed, or refuses the file: then our own decoders have the last word. */
async function decodedBySharp(task: DecodeTask): Promise<Image | null> {
  // sharp would map CMYK through a profile of its own
  const isCmyk = task.format === 'jpeg' && task.header.colour === 'cmyk';
  const sharp = isCmyk ? null : await installedSharp();
  if (!sharp) return null;
  const { end, orientation } = task.header;
  return decodeBySharp(sharp, task.bytes.subarray(0, end), orientation).catch(() => null);
}
