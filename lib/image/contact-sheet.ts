import { argumentError, integer, knownOptions } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { array, type Image } from '../ndarray.js';
import { dense, image as imageOf } from './image.js';

export interface ContactSheetOptions {
  /** Pictures in a row; default: as many as make the sheet about square, the square root rounded up. */
  readonly cols?: number;
  /** Pixels between neighbours, and none around; default 2. */
  readonly gap?: number;
  /** Grey level of gaps and of places without a picture, 0 to 255; default 255. */
  readonly background?: number;
}

/**
 * Pictures of one size side by side, row by row.
 *
 * @param pictures  at least one, each [rows, cols, 1 | 3 | 4], all of the same rows and cols; grey becomes RGB, and an
 *                  alpha channel is left out
 * @param options   cols, gap, background
 * @returns         [rows, cols, 3] of the sheet
 * @throws          ERR_SHAPE if sizes differ
 */
export function contactSheet(pictures: readonly Image[], options: ContactSheetOptions = {}): Image {
  const where = 'contactSheet';
  knownOptions(where, options, ['cols', 'gap', 'background']);
  if (!Array.isArray(pictures) || pictures.length === 0) {
    throw argumentError(where, 'pictures', 'an array of at least one picture', pictures);
  }
  const given = pictures.map((picture, i) => imageOf(where, `pictures[${i}]`, picture));
  const [rows, cols] = given[0]!.shape as [number, number];
  given.forEach(({ shape }, i) => {
    if (shape[0] === rows && shape[1] === cols) return;
    const message = `${where}: pictures must be of one size, [${rows}, ${cols}] as the first, got [${shape[0]}, ${shape[1]}]`;
    throw new DeepInsideError('ERR_SHAPE', `${message} for pictures[${i}]; resize or pad them first`);
  });
  const { cols: across = Math.ceil(Math.sqrt(given.length)), gap = 2, background = 255 } = options;
  integer(where, 'cols', across, 1);
  integer(where, 'gap', gap, 0, 10_000);
  integer(where, 'background', background, 0, 255);
  const down = Math.ceil(given.length / across);
  const width = across * (cols + gap) - gap;
  const height = down * (rows + gap) - gap;
  const sheet = new Uint8Array(height * width * 3).fill(background);
  given.forEach((picture, i) => {
    const [top, left] = [Math.floor(i / across) * (rows + gap), (i % across) * (cols + gap)];
    paste(picture, sheet, width, top, left);
  });
  return array(sheet, [height, width, 3]);
}

/** Copies a picture's colours to a place of a sheet [.., width, 3]. */
function paste(picture: Image, sheet: Uint8Array, width: number, top: number, left: number): void {
  const { data, shape } = dense(picture);
  const [rows, cols, channels] = shape as [number, number, number];
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let row = 0, from = 0; row < rows; row++) {
    let to = ((top + row) * width + left) * 3;
    for (let col = 0; col < cols; col++, from += channels, to += 3) {
      sheet[to] = data[from]!;
      sheet[to + 1] = data[from + green]!;
      sheet[to + 2] = data[from + blue]!;
    }
  }
}
