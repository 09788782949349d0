import { DeepInsideError } from '../errors.js';
import type { Orientation } from './upright.js';
import { exifOrientation } from './exif.js';
import { checkPixels, formatError, truncated, type Header } from './header.js';

export interface JpegHeader extends Header {
  readonly components: readonly Component[];
  readonly colour: 'grey' | 'rgb' | 'ycc' | 'cmyk';
  /** Where Adobe's marker holds its colour transform; null without that marker. */
  readonly adobeTransformAt: number | null;
}

interface Component {
  readonly id: number;
  /** Samples per minimum coded unit, across and down. */
  readonly h: number;
  readonly v: number;
}

/**
 * Walks a JPEG from marker to marker (ITU T.81, Annex B) up to its end, so that a truncated file, a picture that is too
 * large, or a coding that jpeg-js lacks, is refused before anything is decoded.
 */
export function readJpegHeader(name: string, bytes: Uint8Array, maxPixels: number): JpegHeader {
  const found: Found = { frame: null, orientation: 1, jfif: false, adobeTransformAt: null };
  let at = 2;
  for (;;) {
    const marker = nextMarker(bytes, at);
    if (marker < 0) throw truncated(name, 'JPEG', bytes.length, 'its end marker (EOI) does not come');
    const code = bytes[marker + 1]!;
    at = marker + 2;
    if (code === EOI) break;
    if (code === TEM) continue;
    const length = at + 2 <= bytes.length ? word(bytes, at) : 2;
    if (length < 2) throw formatError(name, at, `a JPEG segment has at least 2 bytes, this one says ${length}`);
    if (at + length > bytes.length)
      throw truncated(name, 'JPEG', bytes.length, `segment ff${code.toString(16)} does not end`);
    readSegment(name, bytes, code, at + 2, at + length, found, maxPixels);
    at += length;
  }
  if (!found.frame) throw formatError(name, at, 'this JPEG ends without a picture');
  checkBlocks(name, found.frame, bytes.length);
  const { frame, orientation, adobeTransformAt } = found;
  return { ...frame, orientation, end: at, colour: colourOf(name, bytes, found, frame), adobeTransformAt };
}

const TEM = 0x01;
const EOI = 0xd9;

interface Frame {
  readonly rows: number;
  readonly cols: number;
  readonly components: Component[];
}

interface Found {
  frame: Frame | null;
  orientation: Orientation;
  jfif: boolean;
  adobeTransformAt: number | null;
}

/** Offset of the next 0xff that begins a marker; stuffed zeros, restarts and fill bytes are data. -1 at the end. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1]!;
    const isRestart = code >= 0xd0 && code <= 0xd7;
    if (code !== 0x00 && code !== 0xff && !isRestart) return at;
  }
  return -1;
}

function readSegment(
  name: string,
  bytes: Uint8Array,
  code: number,
  start: number,
  end: number,
  found: Found,
  maxPixels: number,
): void {
  const isFrame = code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
  if (isFrame && !found.frame) found.frame = readFrame(name, bytes.subarray(start, end), code, start, maxPixels);
  if (code === 0xe0 && hasTag(bytes, start, end, 'JFIF\0')) found.jfif = true;
  if (code === 0xe1 && hasTag(bytes, start, end, 'Exif\0\0'))
    found.orientation = exifOrientation(bytes.subarray(start + 6, end));
  if (code === 0xee && end - start >= 12 && hasTag(bytes, start, end, 'Adobe')) found.adobeTransformAt = start + 11;
}

function readFrame(name: string, segment: Uint8Array, code: number, offset: number, maxPixels: number): Frame {
  if (segment.length < 6 || segment.length < 6 + 3 * segment[5]!) {
    throw formatError(name, offset, `the frame header has only ${segment.length} bytes`);
  }
  const coding = codings[code] ?? 'hierarchical or lossless';
  if (coding !== 'Huffman' || segment[0] !== 8) {
    throw new DeepInsideError(
      'ERR_UNSUPPORTED',
      `${name}: only Huffman-coded JPEGs of 8 bits are read, this one is ${coding} of ${segment[0]} bits (byte ${offset}); convert it`,
    );
  }
  const [rows, cols] = [word(segment, 1), word(segment, 3)];
  checkPixels(name, rows, cols, maxPixels, offset);
  const components = Array.from({ length: segment[5]! }, (_, i) => {
    const [id, factors] = [segment[6 + 3 * i]!, segment[7 + 3 * i]!];
    return { id, h: factors >> 4, v: factors & 15 };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) {
    throw formatError(name, offset, 'sampling factors of a JPEG are 1 to 4');
  }
  return { rows, cols, components };
}

const codings: Record<number, string> = {
  0xc0: 'Huffman',
  0xc1: 'Huffman',
  0xc2: 'Huffman',
  0xc9: 'arithmetic',
  0xca: 'arithmetic',
};

/** Every 8x8 block costs at least one bit, so a short file cannot hold a large picture, whatever its header claims. */
function checkBlocks(name: string, { rows, cols, components }: Frame, length: number): void {
  const maxH = Math.max(...components.map(({ h }) => h));
  const maxV = Math.max(...components.map(({ v }) => v));
  const blocks = components.reduce(
    (sum, { h, v }) => sum + Math.ceil((cols * h) / maxH / 8) * Math.ceil((rows * v) / maxV / 8),
    0,
  );
  if (blocks <= 8 * length) return;
  throw new DeepInsideError(
    'ERR_FORMAT',
    `${name}: the header says ${cols} x ${rows}, more than ${length} bytes can hold`,
  );
}

/** As libjpeg guesses: JFIF is YCbCr, Adobe's marker tells, else the component names do. */
function colourOf(name: string, bytes: Uint8Array, found: Found, { components }: Frame): JpegHeader['colour'] {
  const adobe = found.adobeTransformAt === null ? null : bytes[found.adobeTransformAt]!;
  if (components.length === 1) return 'grey';
  if (components.length === 4 && adobe !== null) return 'cmyk';
  if (components.length !== 3) {
    throw new DeepInsideError(
      'ERR_UNSUPPORTED',
      `${name}: a JPEG of ${components.length} components${components.length === 4 ? " without Adobe's marker" : ''} is not read; convert it to RGB`,
    );
  }
  if (found.jfif) return 'ycc';
  if (adobe !== null) return adobe === 0 ? 'rgb' : 'ycc';
  return String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ? 'rgb' : 'ycc';
}

function hasTag(bytes: Uint8Array, start: number, end: number, tag: string): boolean {
  return end - start >= tag.length && [...tag].every((character, i) => bytes[start + i] === character.charCodeAt(0));
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
