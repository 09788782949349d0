import type { Prediction } from '../index.js';
import type { Caller } from './caller.js';
import { drawMaps, figurePlace, printFigure, smallOf, type FigureColumn } from './figure.js';
import type { MapFlags } from './map-files.js';
import { note } from './messages.js';
import { imageOptions } from './options.js';
import type { PlannedInput } from './outputs.js';
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
  for (const input of all) columns.push(await columnOf(input, flags));
  const { path, record } = figurePlace(flags.out, figure);
  await drawMaps(path, columns);
  const result = { captions: columns.map(({ maps }) => maps.map(({ name }) => name)) };
  await recorder.write(record, {
    label: 'figure',
    options,
    images: all.map((input) => input.path),
    result,
    outputs: { figure: path },
  });
  printFigure(caller, path, record, flags);
}

async function columnOf({ path, places }: Mapped, flags: MapFlags): Promise<FigureColumn> {
  const photograph = await smallOf(path, imageOptions(flags));
  const maps: { readonly heat: FigureColumn['photograph']; readonly name: string }[] = [];
  for (const { files, record } of places) {
    const { result } = await readRecord(record);
    const [best] = result['predictions'] as readonly Prediction[];
    maps.push({ heat: await smallOf(files.heatMap), name: best!.name ?? `class ${best!.class}` });
  }
  return { photograph, maps };
}
