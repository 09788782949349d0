import { argumentError, boolean, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';

/** Whose corners and centre are cropped: the whole rescaled image's, or those of the square in its middle. */
export type Region = 'rectangle' | 'square';
export const regions: readonly Region[] = ['rectangle', 'square'];

/** What functions that work on ten crops take. */
export interface TenCropOptions {
  /** true: the four corners and the centre of the rescaled image and their mirror images; default false, the centre. */
  readonly tenCrops?: boolean;
  /** With ten crops: corners of the rescaled image ('rectangle', default) or of its central square ('square'). */
  readonly region?: Region;
}

/** A part of the rescaled image, mirrored left to right after it was cut or not. */
export interface Crop {
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

/** The region that the options ask for, or null where they ask for one crop. */
export function regionOf(where: string, { tenCrops = false, region }: TenCropOptions): Region | null {
  if (boolean(where, 'tenCrops', tenCrops)) {
    return region === undefined ? 'rectangle' : oneOf(where, 'region', region, regions);
  }
  if (region === undefined) return null;
  throw argumentError(where, 'region', 'left out where tenCrops is not true', region, 'add tenCrops: true');
}

/**
 * "Similarly to the ConvNet classification procedure, where the class predictions are computed on 10 cropped and
 * reflected sub-images" (Sect. 3.1): the four corners and the centre of the rescaled image, from top left to bottom
 * right and the centre last, and then the mirror images of the five.
 *
 * Choice: the paper does not say whose corners. Those of the whole image see all of most photographs; Krizhevsky et al.
 * (2012, Sect. 4.1), whom it refers to, take those of the central square. A centre between two pixels is the upper or
 * left one, of the square as of the image.
 *
 * @param resized  [rows, cols] of the rescaled image
 * @param size     [rows, cols] of a crop: the network's input
 * @throws         ERR_ARGUMENT if a crop does not fit into the square
 */
export function tenCropsOf(
  where: string,
  [rows, cols]: readonly [number, number],
  [height, width]: readonly [number, number],
  region: Region,
): readonly Crop[] {
  const shorter = Math.min(rows, cols);
  const [regionRows, regionCols] = region === 'square' ? [shorter, shorter] : [rows, cols];
  const [spareRows, spareCols] = [regionRows - height, regionCols - width];
  if (spareRows < 0 || spareCols < 0) {
    const message = `${where}: region 'square' must hold crops of ${height} x ${width} pixels, got ${shorter} x ${shorter}`;
    throw new DeepInsideError('ERR_ARGUMENT', `${message}; take region 'rectangle'`);
  }
  const [top, left] = [Math.floor((rows - regionRows) / 2), Math.floor((cols - regionCols) / 2)];
  const places = [
    { top, left },
    { top, left: left + spareCols },
    { top: top + spareRows, left },
    { top: top + spareRows, left: left + spareCols },
    { top: top + Math.floor(spareRows / 2), left: left + Math.floor(spareCols / 2) },
  ];
  return [false, true].flatMap((mirrored) => places.map((place) => ({ ...place, mirrored })));
}
