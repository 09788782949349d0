import { basename } from 'node:path';
import {
  contactSheet,
  drawBox,
  heatMap,
  maskOverlay,
  readImage,
  seedsPicture,
  writeImage,
  type Image,
  type Localisation,
} from '../index.js';
import type { Caller } from './caller.js';
import { figurePlace, printFigure } from './figure.js';
import { note } from './messages.js';
import { imageOptions, type FileFlags } from './options.js';
import type { PlannedInput } from './outputs.js';
import { readInput, type SeenFile } from './read-input.js';
import type { Recorder } from './recorder.js';

/** [rows, cols] that each picture is made to fit. */
const tile = [320, 320] as const;
const columnHeadings = ['image and box', 'saliency', 'blue: object, cyan: background', 'segmentation'];

/** One row of the paper's Fig. 3: image, map, thresholded map and segmentation of a class. */
export function drawLocalisation(img: Image, object: Localisation): Image {
  const { saliencyMap, seeds, mask, box } = object;
  const pictures = [drawBox(img, box), heatMap(saliencyMap), seedsPicture(seeds), drawBox(maskOverlay(img, mask), box)];
  return contactSheet(pictures, { cols: pictures.length, gap: 6, margin: 12, tile, columnHeadings });
}

/** The sheets that are there, whichever run made them, one below the other. */
export async function drawLocalisationFigure(
  all: readonly PlannedInput<'sheet' | 'mask'>[],
  run: { readonly figure: string; readonly options: object; readonly flags: FileFlags & { readonly out: string } },
  caller: Caller,
  recorder: Recorder,
): Promise<void> {
  const { figure, options, flags } = run;
  if (all.length === 0) return note(`--figure: there is nothing to draw`, flags);
  const sheets: Image[] = [];
  const captions: string[] = [];
  const images: SeenFile[] = [];
  for (const { path, places } of all) {
    images.push((await readInput(path, imageOptions(flags))).seen);
    for (const { label, files } of places) {
      sheets.push(await readImage(files.sheet));
      captions.push([basename(path), label].filter(Boolean).join(', '));
    }
  }
  const { path, record } = figurePlace(flags.out, figure);
  await writeImage(path, contactSheet(sheets, { cols: 1, gap: 0, captions }));
  await recorder.write(record, { label: 'figure', options, images, result: { captions }, outputs: { figure: path } });
  printFigure(caller, path, record, flags);
}
