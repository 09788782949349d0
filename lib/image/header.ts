import { DeepInsideError } from '../errors.js';
import type { Orientation } from './upright.js';

/** What a file says about its picture before anything is decoded. */
export interface Header {
  readonly rows: number;
  readonly cols: number;
  readonly orientation: Orientation;
  /** Where the picture's data end; some writers append more, which is ignored. */
  readonly end: number;
}

export function formatError(name: string, offset: number, problem: string): DeepInsideError {
  return new DeepInsideError('ERR_FORMAT', `${name}: ${problem} (byte ${offset})`);
}

export function truncated(name: string, format: string, length: number, missing: string): DeepInsideError {
  const remedy = 'copy or download it again';
  return new DeepInsideError(
    'ERR_FORMAT',
    `${name}: this ${format} is truncated: ${missing} after byte ${length}; ${remedy}`,
  );
}

/** Refuses a picture without pixels, and one larger than the caller allows. */
export function checkPixels(name: string, rows: number, cols: number, maxPixels: number, offset: number): void {
  if (rows < 1 || cols < 1)
    throw formatError(name, offset, `an image has at least one pixel, this header says ${cols} x ${rows}`);
  if (rows * cols <= maxPixels) return;
  throw new DeepInsideError(
    'ERR_FORMAT',
    `${name}: images may have up to ${maxPixels} pixels, this header says ${cols} x ${rows} = ${rows * cols} ` +
      `(byte ${offset}); shrink it, or raise maxPixels (--max-pixels on the command line)`,
  );
}
