import { open } from 'node:fs/promises';
import { filePath, integer, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { array, type Image } from '../ndarray.js';
import { readJpegHeader } from './jpeg-header.js';
import { readPngHeader } from './png-header.js';
import { decodeInPool } from './pool.js';
import { decodeBySharp, installedSharp, type Sharp } from './sharp.js';
import { looksLike, sniff } from './sniff.js';
import type { Decoded, DecodeTask } from './worker.js';

export interface ReadImageOptions {
  /** 'exif' turns the picture upright as its EXIF orientation says; 'ignore' (default) gives it as stored. */
  readonly orientation?: 'ignore' | 'exif';
  /** Larger pictures are refused before anything is decoded; default 67,108,864 (8192 x 8192). */
  readonly maxPixels?: number;
  /**
   * 'built-in' (default), or 'sharp': the package of that name, to be installed beside this one, which takes less time.
   * Both round as they may: 4 to 10 % of a JPEG's values differ, by up to 3 grey levels, and so the maps of a photograph
   * differ by 0.2 to 0.5 of their Euclidean length. Compare maps of one decoder only. PNGs of 8 bits come out the same.
   */
  readonly decoder?: 'built-in' | 'sharp';
}

/** Choice: the largest picture that is read unless told otherwise; decoding it in JavaScript takes up to 2.7 GB (measured). */
export const defaultMaxPixels = 8192 * 8192;

/**
 * Reads a JPEG or PNG image, recognised by its content. Decoding happens on worker threads, so the event loop stays
 * free; profiles and gamma are ignored. The same file gives the same levels, whatever else is installed.
 *
 * Choice: the built-in decoder is the default also where sharp is installed, and CMYK, which sharp would map through a
 * profile of its own, is decoded by it in any case. What sharp refuses is refused, not decoded differently.
 *
 * @param source   a path, a file URL, or the file's bytes (left as they are)
 * @param options  orientation, the largest number of pixels, and the decoder
 * @returns        [rows, cols, 3] RGB, grey replicated; [rows, cols, 4] from a PNG that states transparency
 * @throws         ERR_IO if the file cannot be read; ERR_FORMAT if it is no JPEG or PNG, damaged, truncated or too large;
 *                 ERR_UNSUPPORTED for codings that are not read (arithmetic, lossless, 12-bit JPEG), and where the
 *                 decoder is 'sharp' and that is not installed
 */
export async function readImage(source: string | URL | Uint8Array, options: ReadImageOptions = {}): Promise<Image> {
  const decoded = await decoderFor(options);
  return decoded(await encodedImage(source));
}

/** An image as its file holds it. */
export interface EncodedImage {
  /** What messages call it. */
  readonly name: string;
  /** In memory of their own: decoding takes them away. */
  readonly bytes: Uint8Array;
}

/** What decodes images by these options, which are checked here. */
export async function decoderFor(options: ReadImageOptions): Promise<(encoded: EncodedImage) => Promise<Image>> {
  knownOptions('readImage', options, ['orientation', 'maxPixels', 'decoder']);
  const { orientation = 'ignore', maxPixels = defaultMaxPixels, decoder = 'built-in' } = options;
  oneOf('readImage', 'orientation', orientation, ['ignore', 'exif']);
  integer('readImage', 'maxPixels', maxPixels, 1);
  oneOf('readImage', 'decoder', decoder, ['built-in', 'sharp']);
  const sharp = decoder === 'sharp' ? await installedSharp("readImage: decoder 'sharp'") : null;
  return async ({ name, bytes }) => {
    const task = planDecoding(name, bytes, maxPixels);
    return decode(name, orientation === 'exif' ? task : asStored(task), sharp);
  };
}

/** The bytes of an image, as `readImage` takes it. */
export async function encodedImage(source: unknown): Promise<EncodedImage> {
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
    throw new DeepInsideError('ERR_IO', `${path}: cannot be read (${(cause as Error).message})`, { cause });
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

async function decode(name: string, task: DecodeTask, sharp: Sharp | null): Promise<Image> {
  const bySharp = sharp && !(task.format === 'jpeg' && task.header.colour === 'cmyk');
  const result = await (bySharp ? decodedBySharp(sharp, task) : decodeInPool(name, task));
  if (!('refusal' in result)) return array(result.data, result.shape);
  throw new DeepInsideError(
    'ERR_FORMAT',
    `${name}: the picture cannot be decoded: ${result.refusal}; copy or download it again`,
  );
}

async function decodedBySharp(sharp: Sharp, { bytes, header }: DecodeTask): Promise<Decoded> {
  try {
    return await decodeBySharp(sharp, bytes.subarray(0, header.end), header.orientation);
  } catch (error) {
    return { refusal: `sharp says ${(error as Error).message}` };
  }
}
