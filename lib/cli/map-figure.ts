import { readImage, type Prediction } from '../index.js';
import type { Caller } from './caller.js';
import { drawMaps, figurePlace, printFigure, small, type FigureColumn } from './figure.js';
import type { MapFlags } from './map-files.js';
import { note } from './messages.js';
import { imageOptions } from './options.js';
import type { PlannedInput } from './outputs.js';
import { readInput, type SeenFile } from './read-input.js';
import { readRecord } from './record.js';
import type { Recorder } from './recorder.js';

/** What a figure of maps is made of: files that are there, whichever run made them. */
type Mapped = PlannedInput<'heatMap' | 'overlay' | 'map'>;

/** Draws images and their heat maps into one picture. */
export async function drawMapFigure(
  all: readonly Mapped[],
  { figure, options, flags }: { readonly figure: string; readonly options: object; readonly flags: MapFlags },
  caller: Caller,
  recorder: Recorder,
): Promise<void> {
  if (all.length === 0) return note(`--figure: there is nothing to draw`, flags);
  const columns: FigureColumn[] = [];
  const images: SeenFile[] = [];
  for (const { path, places } of all) {
    const { img, seen } = await readInput(path, imageOptions(flags));
    columns.push({ photograph: small(img), maps: await mapsAt(places) });
    images.push(seen);
  }
  const { path, record } = figurePlace(flags.out, figure);
  await drawMaps(path, columns);
  const result = { captions: columns.map(({ maps }) => maps.map(({ name }) => name)) };
  await recorder.write(record, { label: 'figure', options, images, result, outputs: { figure: path } });
  printFigure(caller, path, record, flags);
}

/** Heat maps that are there, with the names of their classes. */
async function mapsAt(places: Mapped['places']): Promise<FigureColumn['maps']> {
  const maps: FigureColumn['maps'][number][] = [];
  for (const { files, record } of places) {
    const { result } = await readRecord(record);
    const [best] = result['predictions'] as readonly Prediction[];
    maps.push({ heat: small(await readImage(files.heatMap)), name: best!.name ?? `class ${best!.class}` });
  }
  return maps;
}
