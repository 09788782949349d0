import type { Box } from '../image/box.js';
import type { ByteArray } from '../ndarray.js';
import { inSlices } from '../steps.js';
import { boxAround, boxOnImage } from './box.js';
import type { CheckedGrid } from './grid.js';
import { objectOnImage, onImage } from './on-image.js';
import type { Marks } from './seeds.js';
import type { GridSegmentation } from './segment-on-grid.js';
import type { WorkImage } from './work-grid.js';

/** Pixels of either label; none has both. */
export interface MaskPair {
  readonly foreground: ByteArray;
  readonly background: ByteArray;
}

/** The object in an image. Masks are uint8 [rows, cols] of the image, 1 or 0. */
export interface Segmentation {
  /** The pixels of high and of low saliency, whose colours made the models. */
  readonly seeds: MaskPair;
  /** The pixels whose label was fixed beforehand; null with `clamps: false`. */
  readonly clamps: MaskPair | null;
  /** All that the cut calls foreground; null where there was nothing to cut by. */
  readonly foreground: ByteArray | null;
  /** The object: the largest 8-connected component of it, at least one pixel. */
  readonly mask: ByteArray;
  /** The box around the mask. */
  readonly box: Box;
  /** Why mask and box are not what a cut gave, in a sentence; null where they are. */
  readonly note: string | null;
  /** With `keepGrid: true` what was cut, of rows and cols of the work grid, as `maxFlow` takes it; else null. */
  readonly grid: CheckedGrid | null;
}

/**
 * A segmentation in the frame of the image: masks by the nearest pixel of the work grid, an object that is too small for
 * that by all pixels that it touches, the box by the edges of its pixels, so that it may be a pixel wider than the mask.
 */
export async function segmentationOf(
  image: WorkImage,
  given: GridSegmentation,
  [rows, cols]: readonly [number, number],
  keepGrid: boolean,
): Promise<Segmentation> {
  const resampled = async (mask: Uint8Array) => inSlices(onImage(mask, image, [rows, cols]));
  const pair = async ({ foreground, background }: Marks): Promise<MaskPair> => ({
    foreground: await resampled(foreground),
    background: await resampled(background),
  });
  const { seeds, clamps, foreground, mask, note } = given;
  return {
    seeds: await pair(seeds),
    clamps: clamps && (await pair(clamps)),
    foreground: foreground && (await resampled(foreground)),
    mask: await inSlices(objectOnImage(mask, image, [rows, cols])),
    box: boxOnImage(boxAround(mask, image.cols)!, [image.rows, image.cols], [rows, cols]),
    note,
    grid: keepGrid ? given.grid : null,
  };
}
