import { contactSheet, drawBox, heatMap, maskOverlay, seedsPicture, type Image, type Localisation } from '../index.js';

/** [rows, cols] that each picture is made to fit. */
const tile = [320, 320] as const;
const columnHeadings = ['image and box', 'saliency', 'seeds', 'segmentation'];

/** One row of the paper's Fig. 3: image, map, thresholded map and segmentation of a class. */
export function drawLocalisation(img: Image, object: Localisation): Image {
  const { saliencyMap, seeds, mask, box } = object;
  const pictures = [drawBox(img, box), heatMap(saliencyMap), seedsPicture(seeds), drawBox(maskOverlay(img, mask), box)];
  return contactSheet(pictures, { cols: pictures.length, gap: 6, margin: 12, tile, columnHeadings });
}
