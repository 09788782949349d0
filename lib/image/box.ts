import { DeepInsideError } from '../errors.js';
import { argumentError, integer, knownOptions, shown } from '../check.js';
import type { Image } from '../ndarray.js';
import { atOnce } from '../steps.js';
import { copy, image as imageOf } from './image.js';
import { inColour } from './in-colour.js';
import { withoutAlpha } from './without-alpha.js';

/** Where an object is, in pixels from 0; all four sides belong to it. */
export interface Box {
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

export interface DrawBoxOptions {
  /** Red, green and blue, 0 to 255; default [255, 214, 0], yellow. */
  readonly colour?: readonly [red: number, green: number, blue: number];
  /** Of the line in pixels, which lies inside the box; default: a hundredth of the image's longer side, 2 at least. */
  readonly thickness?: number;
}

/**
 * A copy of an image with the outline of a box.
 *
 * @param img      [rows, cols, 1 | 3 | 4] uint8; transparent pixels show white behind them
 * @param box      inside the image, as `localise` gives it
 * @param options  colour, thickness
 * @returns        [rows, cols, 3]
 * @throws         ERR_ARGUMENT if the box has no pixel or leaves the image
 */
export function drawBox(img: Image, box: Box, options: DrawBoxOptions = {}): Image {
  const where = 'drawBox';
  knownOptions(where, options, ['colour', 'thickness']);
  const picture = copy(atOnce(inColour(atOnce(withoutAlpha(imageOf(where, 'img', img))))));
  const [rows, cols] = picture.shape as [number, number];
  demandInside(where, box, [rows, cols]);
  const { colour = [255, 214, 0], thickness = Math.max(2, Math.round(Math.max(rows, cols) / 100)) } = options;
  if (!Array.isArray(colour) || colour.length !== 3) throw argumentError(where, 'colour', '[red, green, blue]', colour);
  for (const level of colour) integer(where, 'colour', level, 0, 255);
  integer(where, 'thickness', thickness, 1);
  const { xmin, ymin, xmax, ymax } = box;
  for (let row = ymin; row <= ymax; row++) {
    for (let col = xmin; col <= xmax; col++) {
      if (Math.min(row - ymin, ymax - row, col - xmin, xmax - col) < thickness)
        picture.data.set(colour, (row * cols + col) * 3);
    }
  }
  return picture;
}

function demandInside(where: string, box: Box, [rows, cols]: readonly [number, number]): void {
  const given: unknown = box;
  if (typeof given !== 'object' || given === null || !('xmin' in given)) {
    throw argumentError(where, 'box', '{ xmin, ymin, xmax, ymax }', given);
  }
  const { xmin, ymin, xmax, ymax } = box;
  const ordered = 0 <= xmin && xmin <= xmax && xmax < cols && 0 <= ymin && ymin <= ymax && ymax < rows;
  if (ordered && [xmin, ymin, xmax, ymax].every(Number.isInteger)) return;
  const came = `{ xmin: ${shown(xmin)}, ymin: ${shown(ymin)}, xmax: ${shown(xmax)}, ymax: ${shown(ymax)} }`;
  const message = `${where}: box must be of whole pixels inside the image of ${rows} x ${cols}, got ${came}`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}
