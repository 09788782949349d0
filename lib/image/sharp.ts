import { DeepInsideError } from '../errors.js';
import { array, type Image } from '../ndarray.js';
import type { Orientation } from './upright.js';

/** The part of the optional package `sharp` (0.33 or newer) that is used here. */
interface Pipeline {
  /** Without an angle: upright, as EXIF says. */
  rotate(): Pipeline;
  toColourspace(space: 'srgb'): Pipeline;
  raw(options: { depth: 'uchar' }): Pipeline;
  toBuffer(options: { resolveWithObject: true }): Promise<{ data: Uint8Array; info: RawInfo }>;
}

interface RawInfo {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

export interface Sharp {
  (bytes: Uint8Array, options: { failOn: 'warning'; limitInputPixels: false; ignoreIcc: true }): Pipeline;
  /** Of itself and of the libraries in it. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * `sharp`, which the user has installed.
 *
 * @param what  how the caller names its choice of sharp, for the message
 * @throws      ERR_UNSUPPORTED where it is not installed or does not load on this machine
 */
export function installedSharp(what: string): Promise<Sharp> {
  return load('sharp', what);
}

// the name is an argument so that compilers do not demand the optional package
async function load(specifier: string, what: string): Promise<Sharp> {
  try {
    return ((await import(specifier)) as { default: Sharp }).default;
  } catch (cause) {
    const [said] = (cause as Error).message.trim().split('\n');
    const message = `${what} needs the package sharp, which does not load (${said})`;
    const remedy = `npm install sharp, beside deep-inside, or leave it out for the built-in decoder`;
    throw new DeepInsideError('ERR_UNSUPPORTED', `${message}; ${remedy}`, { cause });
  }
}

/**
 * Decodes by sharp, on its own threads, to the same shape and almost the same levels as our own decoders: profiles
 * ignored, grey as RGB, 8 bits.
 */
export async function decodeBySharp(sharp: Sharp, bytes: Uint8Array, orientation: Orientation): Promise<Image> {
  // limits and headers were checked already
  const picture = sharp(bytes, { failOn: 'warning', limitInputPixels: false, ignoreIcc: true });
  const { data, info } = await (orientation === 1 ? picture : picture.rotate())
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const levels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return array(levels, [info.height, info.width, info.channels]);
}
