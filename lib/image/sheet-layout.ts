import { integer } from '../check.js';
import type { ContactSheetOptions } from './contact-sheet.js';
import type { Font } from './glyphs.js';
import { heightOf, longestOf, textsOf, type SheetTexts } from './sheet-texts.js';

/** Lines of a text in a box. */
export interface Block {
  readonly lines: readonly string[];
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly aligned: 'left' | 'centre';
}

/** Where everything on a contact sheet lies, in pixels. */
export interface SheetLayout {
  /** [rows, cols] of the sheet. */
  readonly size: readonly [number, number];
  /** [top, left] of each picture. */
  readonly places: readonly (readonly [number, number])[];
  readonly font: Font;
  readonly blocks: readonly Block[];
}

/** Where the rows and columns of pictures lie. */
interface Grid {
  readonly tops: readonly number[];
  readonly heights: readonly number[];
  readonly lefts: readonly number[];
  readonly widths: readonly number[];
}

type Size = readonly [rows: number, cols: number];

/** Pixels between a picture and its text. */
const pad = 4;

/** @param sizes  [rows, cols] of each picture */
export function layOut(where: string, sizes: readonly Size[], options: ContactSheetOptions): SheetLayout {
  const { gap = 2, margin = 0, cols: across = Math.ceil(Math.sqrt(sizes.length)) } = options;
  integer(where, 'cols', across, 1, sizes.length);
  integer(where, 'gap', gap, 0, 10_000);
  integer(where, 'margin', margin, 0, 10_000);
  const heights = groups(sizes, (i) => Math.floor(i / across)).map((row) => Math.max(...row.map(([rows]) => rows)));
  const filled = groups(sizes, (i) => i % across).map((column) => Math.max(...column.map(([, cols]) => cols)));
  // a column of empty places is as wide as the widest
  const widths = filled.map((width) => width || Math.max(...filled));
  const texts = textsOf(where, sizes.length, heights.length, widths, options);
  const { font } = texts;
  const ofRow = groups(texts.captions, (i) => Math.floor(i / across));
  const captions = heights.map((_, row) => spaced(heightOf(font, ofRow[row] ?? []), 2 * pad));
  const grid: Grid = {
    tops: starts(
      margin + spaced(heightOf(font, texts.columnHeadings), pad),
      heights.map((height, row) => height + captions[row]! + gap),
    ),
    heights,
    lefts: starts(
      margin + spaced(longestOf(font, texts.rowHeadings), 2 * pad),
      widths.map((width) => width + gap),
    ),
    widths,
  };
  const bottom = grid.tops.at(-1)! + heights.at(-1)! + captions.at(-1)!;
  const right = grid.lefts.at(-1)! + widths.at(-1)!;
  return {
    size: [bottom + margin, right + margin],
    places: placesOf(sizes, grid),
    font,
    blocks: blocksOf(texts, grid, margin),
  };
}

/** Each picture in the middle of its place. */
function placesOf(sizes: readonly Size[], { tops, heights, lefts, widths }: Grid): [number, number][] {
  return sizes.map(([rows, cols], i) => {
    const [row, col] = [Math.floor(i / widths.length), i % widths.length];
    return [tops[row]! + half(heights[row]! - rows), lefts[col]! + half(widths[col]! - cols)];
  });
}

function blocksOf(
  { font, captions, columnHeadings, rowHeadings }: SheetTexts,
  { tops, heights, lefts, widths }: Grid,
  margin: number,
): Block[] {
  const centred = (lines: readonly string[], top: number, col: number): Block => {
    return { lines, top, left: lefts[col]!, width: widths[col]!, aligned: 'centre' };
  };
  const below = (row: number) => tops[row]! + heights[row]! + pad;
  return [
    ...captions.map((lines, i) => centred(lines, below(Math.floor(i / widths.length)), i % widths.length)),
    // those of fewer lines stand on their column
    ...columnHeadings.map((lines, col) => centred(lines, tops[0]! - pad - heightOf(font, [lines]), col)),
    ...rowHeadings.map((lines, row): Block => {
      const top = tops[row]! + half(heights[row]! - heightOf(font, [lines]));
      return { lines, top, left: margin, width: lefts[0]! - margin, aligned: 'left' };
    }),
  ];
}

/** The items with one number, by that number; these count from 0 without gaps. */
function groups<T>(items: readonly T[], numberOf: (i: number) => number): T[][] {
  const all: T[][] = [];
  items.forEach((item, i) => (all[numberOf(i)] ??= []).push(item));
  return all;
}

/** Where things begin that follow one another, each of an extent. */
function starts(first: number, extents: readonly number[]): number[] {
  let next = first;
  return extents.map((extent) => (next += extent) - extent);
}

/** With the space that a text keeps from what is beside it; nothing where there is no text. */
function spaced(extent: number, space: number): number {
  return extent === 0 ? 0 : extent + space;
}

function half(extent: number): number {
  return Math.floor(extent / 2);
}
