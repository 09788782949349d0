import { inSlices } from '../steps.js';
import { componentsOf, largest } from './components.js';
import { withoutCut, withoutForeground } from './fallback.js';
import { graphCut, type Where } from './graph-cut.js';
import type { CheckedGrid } from './grid.js';
import { marksOf, type MapMarks } from './marks.js';
import type { SegmentSettings } from './segment-settings.js';
import type { WorkImage, WorkMap } from './work-grid.js';

/** A segmentation in the frame of its work grid: masks [rows, cols], 1 or 0. */
export interface GridSegmentation extends MapMarks {
  /** All that the cut calls foreground; null where nothing was cut. */
  readonly foreground: Uint8Array | null;
  /** The object: at least one pixel. */
  readonly mask: Uint8Array;
  /** Why the mask is not what a cut gave; null where it is. */
  readonly note: string | null;
  /** What was cut; null where nothing was. */
  readonly grid: CheckedGrid | null;
}

/**
 * The object that a class saliency map points at, by colour (Sect. 3.2): colour models of the pixels of high and of low
 * saliency, a cut, and the largest component of its foreground.
 */
export async function segmentOnGrid(
  image: WorkImage,
  map: WorkMap,
  settings: SegmentSettings,
  on: Where,
): Promise<GridSegmentation> {
  const marks = await marksOf(map, settings);
  const fallback = await withoutCut(image, marks);
  if (fallback) return { ...marks, foreground: null, grid: null, ...fallback };
  on.signal?.throwIfAborted();
  const cut = await graphCut(image, marks.seeds, marks.clamps, settings, on);
  const components = await inSlices(componentsOf(cut.foreground, image.cols));
  const mask = await inSlices(largest(components, settings.postProcess ? marks.seeds.foreground : null));
  return { ...marks, ...cut, ...(mask ? { mask, note: null } : await withoutForeground(image, marks)) };
}
