import { segmentOnGrid } from '#lib/localise/segment-on-grid.js';
import { segmentSettings } from '#lib/localise/segment-settings.js';
import { segmentationOf } from '#lib/localise/segmentation.js';
import { workImage, workMap } from '#lib/localise/work-grid.js';

/**
 * The box of `localise` for a map that is there already, so that a network, which takes longest, looks at a picture once
 * for all settings.
 *
 * @param picture  { img, map }; the map is that of ten crops, in the frame of the rescaled image
 * @param options  those of `segment`
 */
export async function cutBox(net, { img, map }, options) {
  const settings = segmentSettings('localisation.js', options);
  const grid = await workImage(img, settings.workSize);
  const onGrid = await workMap(map, [grid.rows, grid.cols]);
  const found = await net.withDevice((device) => segmentOnGrid(grid, onGrid, settings, { device, signal: undefined }));
  return (await segmentationOf(grid, found, img.shape.slice(0, 2), false)).box;
}
