import { crc32 } from 'node:zlib';
import { exifOrientation } from './exif.js';
import type { Orientation } from './upright.js';
import { checkPixels, formatError, truncated, type Header } from './header.js';

export interface PngHeader extends Header {
  readonly depth: number;
  /** Grey 0, RGB 2, palette 3, grey with alpha 4, RGBA 6. */
  readonly colourType: number;
  readonly interlaced: boolean;
  /** Transparency of palette entries, or the one grey level or colour that is transparent. */
  readonly transparency: Uint8Array | null;
  /** Whether decoders give a fourth channel. */
  readonly hasAlpha: boolean;
  /** The compressed picture lies in these ranges of bytes. */
  readonly dataRanges: readonly (readonly [start: number, end: number])[];
}

/**
 * Walks a PNG from chunk to chunk (W3C PNG, sections 5 and 11) up to its end, so that a truncated file or a picture that
 * is too large is refused before anything is decoded. Checksums are compared where they guard the picture.
 */
export function readPngHeader(name: string, bytes: Uint8Array, maxPixels: number): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const basics = readBasics(name, view, maxPixels);
  const dataRanges: [number, number][] = [];
  let transparency: Uint8Array | null = null;
  let orientation: Orientation = 1;
  let at = signatureSize;
  for (let type = ''; type !== 'IEND';) {
    if (at + 12 > bytes.length) throw truncated(name, 'PNG', bytes.length, 'its end chunk (IEND) does not come');
    type = chunkType(bytes, at);
    const [start, end] = [at + 8, at + 8 + view.getUint32(at)];
    if (end + 4 > bytes.length) throw truncated(name, 'PNG', bytes.length, `chunk ${type} does not end`);
    checkChunk(name, bytes, type, at, end);
    if (type === 'IDAT') dataRanges.push([start, end]);
    if (type === 'tRNS') transparency = bytes.subarray(start, end);
    if (type === 'eXIf') orientation = exifOrientation(bytes.subarray(start, end));
    at = end + 4;
  }
  const hasAlpha = transparency !== null || basics.colourType === 4 || basics.colourType === 6;
  const header = { ...basics, orientation, end: at, transparency, hasAlpha, dataRanges };
  checkDataSize(name, header);
  return header;
}

const signatureSize = 8;
const samplesPerPixel: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const depths: Record<number, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
/** Deflate's best case: 258 bytes from 2 bits. */
const largestRatio = 1032;

type Basics = Pick<PngHeader, 'rows' | 'cols' | 'depth' | 'colourType' | 'interlaced'>;

/** Bits of one pixel in the file. */
export function bitsPerPixel({ depth, colourType }: Pick<Basics, 'depth' | 'colourType'>): number {
  return depth * samplesPerPixel[colourType]!;
}

function readBasics(name: string, view: DataView, maxPixels: number): Basics {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const start = signatureSize + 8;
  if (view.byteLength < start + 13) throw truncated(name, 'PNG', view.byteLength, 'its header does not end');
  if (chunkType(bytes, signatureSize) !== 'IHDR')
    throw formatError(name, signatureSize, 'a PNG begins with chunk IHDR');
  const [cols, rows] = [view.getUint32(start), view.getUint32(start + 4)];
  const [depth, colourType, compression, filter, interlace] = bytes.subarray(
    start + 8,
    start + 13,
  ) as unknown as number[];
  if (!depths[colourType!]?.includes(depth!)) {
    throw formatError(name, start + 8, `no PNG has colour type ${colourType} with ${depth} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw formatError(
      name,
      start + 10,
      `unknown compression ${compression}, filter ${filter} or interlacing ${interlace}`,
    );
  }
  checkPixels(name, rows, cols, maxPixels, start);
  return { rows, cols, depth: depth!, colourType: colourType!, interlaced: interlace === 1 };
}

/** Chunks that a reader may skip, but for tRNS, may be damaged too. */
function checkChunk(name: string, bytes: Uint8Array, type: string, at: number, end: number): void {
  const isCritical = /^[A-Z]/.test(type) || type === 'tRNS';
  const stated = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0);
  if (isCritical && crc32(bytes.subarray(at + 4, end)) !== stated) {
    throw formatError(name, at, `chunk ${type} is damaged: its checksum differs`);
  }
}

function checkDataSize(name: string, header: PngHeader): void {
  const size = header.dataRanges.reduce((sum, [start, end]) => sum + end - start, 0);
  const { rows, cols } = header;
  if ((rows * cols * bitsPerPixel(header)) / 8 <= size * largestRatio) return;
  throw formatError(name, signatureSize, `the header says ${cols} x ${rows}, more than ${size} bytes of data can hold`);
}

function chunkType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8));
}
