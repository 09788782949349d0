import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { dense, image as imageOf } from '../image/image.js';
import { array, type ByteArray, type Image } from '../ndarray.js';

/** The colours of the paper's Fig. 3: of the foreground's seeds, of the background's, of pixels that are in neither. */
const seedColours = { foreground: [0, 0, 255], background: [0, 255, 255], neither: [255, 0, 0] } as const;

/** Of a picture outside of a mask, the part of each level that is left. */
const dimmed = 0.25;

/**
 * The thresholded map as the paper's Fig. 3 shows it: the pixels that the foreground's colour model is made of in blue, those
 * of the background's in cyan, all others in red.
 *
 * @param seeds  masks [rows, cols] of 0 and 1, as `segment` and `localise` give them
 * @returns      [rows, cols, 3]
 */
export function seedsPicture(seeds: { readonly foreground: ByteArray; readonly background: ByteArray }): Image {
  const where = 'seedsPicture';
  const foreground = maskOf(where, 'seeds.foreground', seeds?.foreground);
  const background = maskOf(where, 'seeds.background', seeds?.background, foreground.shape);
  const picture = new Uint8Array(foreground.data.length * 3);
  for (let i = 0, at = 0; i < foreground.data.length; i++) {
    const kind = foreground.data[i] ? 'foreground' : background.data[i] ? 'background' : 'neither';
    const colour = seedColours[kind];
    for (let channel = 0; channel < 3; channel++) picture[at++] = colour[channel]!;
  }
  return array(picture, [...foreground.shape, 3]);
}

/**
 * An image whose pixels outside of a mask are dark: the segmentation of the paper's Fig. 3.
 *
 * @param img   [rows, cols, 1 | 3 | 4] uint8
 * @param mask  [rows, cols] of 0 and 1
 * @returns     of the image's shape
 * @throws      ERR_SHAPE if the two have different sizes
 */
export function maskOverlay(img: Image, mask: ByteArray): Image {
  const where = 'maskOverlay';
  const given = imageOf(where, 'img', img);
  const [rows, cols, channels] = given.shape as [number, number, number];
  const inside = maskOf(where, 'mask', mask, [rows, cols]).data;
  const levels = dense(given).data;
  const picture = new Uint8Array(levels.length);
  for (let pixel = 0, i = 0; pixel < inside.length; pixel++) {
    for (let channel = 0; channel < channels; channel++, i++) {
      const kept = inside[pixel] !== 0 || channel === 3;
      picture[i] = kept ? levels[i]! : Math.round(levels[i]! * dimmed);
    }
  }
  return array(picture, [rows, cols, channels]);
}

/** A dense mask, of `shape` if that is given. */
function maskOf(where: string, what: string, value: unknown, shape?: readonly number[]): ByteArray {
  const given = value as ByteArray | null | undefined;
  if (!(given?.data instanceof Uint8Array) || given.shape?.length !== 2) {
    throw argumentError(where, what, 'a Uint8 ndarray [rows, cols]', value);
  }
  if (!shape || given.shape.join() === shape.join()) return dense(given);
  const message = `${where}: ${what} must be [${shape.join(', ')}], got [${given.shape.join(', ')}]`;
  throw new DeepInsideError('ERR_SHAPE', message);
}
