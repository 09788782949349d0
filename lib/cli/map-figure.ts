import type { Prediction } from '../index.js';
import type { Caller } from './caller.js';
import { drawMaps, figurePlace, printFigure, smallOf, type FigureColumn } from './figure.js';
import type { MapFlags } from './map-files.js';
import { note } from './messages.js';
import type { PlannedInput } from './outputs.js';
import { readRecord } from './record.js';
import type { Recorder } from './recorder.js';

/** What a figure of maps is made of: files that are there, whichever run made them. */
type Mapped = PlannedInput<'heatMap' | 'overlay' | 'map'>;

/** Draws all images and their heat maps into one picture. A file that failed, which is told elsewhere, has no column. */
export async function drawMapFigure(
  planned: readonly Mapped[],
  { figure, options, flags }: { readonly figure: string; readonly options: object; readonly flags: MapFlags },
  caller: Caller,
  recorder: Recorder,
): Promise<void> {
  const columns: FigureColumn[] = [];
  const images: string[] = [];
  for (const input of planned) {
    const column = input.problem === null ? await columnOf(input, flags).catch(() => null) : null;
    if (column === null) continue;
    columns.push(column);
    images.push(input.path);
  }
  if (columns.length === 0) return note(`--figure: there is nothing to draw`, flags);
  const { path, record } = figurePlace(flags.out, figure);
  await drawMaps(path, columns);
  const result = { captions: columns.map(({ maps }) => maps.map(({ name }) => name)) };
  await recorder.write(record, { label: 'figure', options, images, result, outputs: { figure: path } });
  printFigure(caller, path, record, flags);
}

async function columnOf({ path, places }: Mapped, flags: MapFlags): Promise<FigureColumn> {
  const { orientation, maxPixels, decoder } = flags;
  const photograph = await smallOf(path, { orientation, maxPixels, decoder });
  const maps: { readonly heat: FigureColumn['photograph']; readonly name: string }[] = [];
  for (const { files, record } of places) {
    const { result } = await readRecord(record);
    const [best] = result['predictions'] as readonly Prediction[];
    maps.push({ heat: await smallOf(files.heatMap), name: best!.name ?? `class ${best!.class}` });
  }
  return { photograph, maps };
}
