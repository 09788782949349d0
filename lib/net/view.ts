import { DeepInsideError } from '../errors.js';
import type { Preprocessing } from '../formats/model.js';
import { shortSideSize } from '../image/index.js';
import type { Subject } from './subject.js';
import { tenCropsOf, type Crop, type Region } from './ten-crops.js';

/** What the network sees of an image: parts of the rescaled image, all of the size of its input. */
export interface View {
  /** [rows, cols] of the image. */
  readonly image: readonly [number, number];
  /** [rows, cols] of the whole image after the resize. */
  readonly resized: readonly [number, number];
  /** [rows, cols] of each crop: the network's input. */
  readonly size: readonly [number, number];
  readonly crops: readonly Crop[];
}

/** A strip of 1 x 100,000 pixels would become 256 x 25,600,000. */
const maxResizedPixels = 2 ** 26;

/**
 * What the network sees of an image of rows x cols pixels.
 *
 * @param subject  what messages call it
 * @param region   whose corners the ten crops are; null: one crop, the centre
 */
export function viewOf(
  { where, what }: Pick<Subject, 'where' | 'what'>,
  { resize, size }: Preprocessing,
  [rows, cols]: readonly [number, number],
  region: Region | null,
): View {
  const resized =
    'shortSide' in resize ? shortSideSize(rows, cols, resize.shortSide) : ([resize.rows, resize.cols] as const);
  if (resized[0] * resized[1] > maxResizedPixels) {
    const message = `${where}: ${what} must not be so elongated, got ${rows} x ${cols} pixels; cut out a part of it`;
    throw new DeepInsideError('ERR_SHAPE', message);
  }
  const crops = region === null ? [centreOf(resized, size)] : tenCropsOf(where, resized, size, region);
  return { image: [rows, cols], resized, size, crops };
}

function centreOf([rows, cols]: readonly [number, number], [height, width]: readonly [number, number]): Crop {
  return { top: Math.floor((rows - height) / 2), left: Math.floor((cols - width) / 2), mirrored: false };
}
