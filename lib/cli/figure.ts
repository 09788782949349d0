import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { contactSheet, DeepInsideError, writeImage, type Image } from '../index.js';
import { fitted } from '../image/index.js';
import type { Caller } from './caller.js';
import { recordPath } from './record.js';
import { visible } from './visible.js';

export interface FigureFlags {
  readonly figure?: string;
  readonly out: string;
}

/** Choice: what a figure shows at most; a sheet of more is no figure. */
const mostPictures = 500;
/** Choice: the most columns. */
const mostCols = 4;
const look = { gap: 6, margin: 12 };
/** [rows, cols] that a picture is made to fit. */
const tile = [224, 224] as const;

export function addFigureOption(command: Command, what: string): Command {
  return command.option(
    '--figure <name>',
    `draw ${what} into one picture, too: a .png in the folder of --out`,
    figureName,
  );
}

function figureName(text: string): string {
  if (/^[^/\\]+\.png$/i.test(text)) return text;
  throw new InvalidArgumentError('It must be a name that ends in .png, without a folder; --out says where it goes.');
}

/**
 * Refuses, before anything is made, a figure of too many pictures, and one that would lie where something else does.
 *
 * @param pictures  how many it would show
 * @param others    paths of inputs and outputs
 */
export function checkFigure({ figure, out }: FigureFlags, pictures: number, others: readonly string[]): void {
  if (figure === undefined) return;
  const { path, record } = figurePlace(out, figure);
  const taken = others.find((other) => [path, record].some((one) => resolve(one) === resolve(other)));
  if (taken !== undefined) {
    const message = `--figure: ${figure} would be written over ${taken}, which is an input or another output; name another`;
    throw new DeepInsideError('ERR_ARGUMENT', message);
  }
  if (pictures <= mostPictures) return;
  const message = `--figure: at most ${mostPictures} pictures can be drawn into one, got ${pictures}; make several, or go without`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}

/** Ends the name of its record, as the name of a command ends those of others. */
export const figureEnding = 'figure';

/** Where a figure and its record lie. */
export function figurePlace(out: string, figure: string): { readonly path: string; readonly record: string } {
  return { path: join(out, figure), record: recordPath(join(out, figure.slice(0, -'.png'.length)), figureEnding) };
}

/** As large as a figure shows it: made small one after the other, so that only what is drawn is in memory. */
export function small(picture: Image): Image {
  return fitted(picture, tile);
}

/** Columns of about equal numbers of pictures. */
function colsFor(count: number): number {
  return Math.ceil(count / Math.ceil(count / mostCols));
}

/** Like the paper's Fig. 1: pictures with their names below. */
export async function drawModels(path: string, pictures: readonly Image[], captions: readonly string[]): Promise<void> {
  await writeImage(path, contactSheet(pictures, { ...look, cols: colsFor(pictures.length), captions }));
}

/** A photograph, and below it its maps with their names. */
export interface FigureColumn {
  readonly photograph: Image;
  readonly maps: readonly { readonly heat: Image; readonly name: string }[];
}

/** Like the paper's Fig. 2: rows of photographs, and below each of these the rows of their maps. */
export async function drawMaps(path: string, columns: readonly FigureColumn[]): Promise<void> {
  const cols = colsFor(columns.length);
  const cells: { readonly picture: Image | null; readonly caption: string }[] = [];
  for (let first = 0; first < columns.length; first += cols) {
    const block = Array.from({ length: cols }, (_, i) => columns[first + i]);
    const deep = Math.max(...block.map((column) => column?.maps.length ?? 0));
    cells.push(...block.map((column) => ({ picture: column?.photograph ?? null, caption: '' })));
    for (let i = 0; i < deep; i++) {
      const row = block.map((column) => column?.maps[i]);
      cells.push(...row.map((map) => ({ picture: map?.heat ?? null, caption: map?.name ?? '' })));
    }
  }
  const pictures = cells.map(({ picture }) => picture);
  await writeImage(path, contactSheet(pictures, { ...look, cols, captions: cells.map(({ caption }) => caption) }));
}

export function printFigure(caller: Caller, path: string, record: string, { json }: { readonly json?: boolean }): void {
  caller.print(json ? JSON.stringify({ figure: path, records: [record] }) : visible(`-> ${path}`));
}
