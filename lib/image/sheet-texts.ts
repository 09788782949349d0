import { argumentError } from '../check.js';
import type { ContactSheetOptions } from './contact-sheet.js';
import { fontOf, widthOf, type Font } from './glyphs.js';
import { wrapped } from './text.js';

/** The texts of a contact sheet in lines. */
export interface SheetTexts {
  readonly font: Font;
  readonly captions: readonly (readonly string[])[];
  readonly columnHeadings: readonly (readonly string[])[];
  readonly rowHeadings: readonly (readonly string[])[];
}

/** Choice: where the widest column has so many pixels, texts are in the larger size. */
const wide = 300;
/** The most lines of each kind of text. */
const most = { caption: 2, columnHeading: 2, rowHeading: 4 };
/** Of row headings, as a share of the widest column's width. */
const headingShare = 0.6;

/**
 * @param count   of the pictures
 * @param down    the number of rows
 * @param widths  of the columns, in pixels
 */
export function textsOf(
  where: string,
  count: number,
  down: number,
  widths: readonly number[],
  options: ContactSheetOptions,
): SheetTexts {
  const captions = given(where, 'captions', options.captions, count, 'picture');
  const columnHeadings = given(where, 'columnHeadings', options.columnHeadings, widths.length, 'column');
  const rowHeadings = given(where, 'rowHeadings', options.rowHeadings, down, 'row');
  const widest = Math.max(...widths);
  const font = fontOf(widest < wide ? 14 : 20);
  return {
    font,
    captions: captions.map((text, i) => wrapped(font, text, widths[i % widths.length]!, most.caption)),
    columnHeadings: columnHeadings.map((text, col) => wrapped(font, text, widths[col]!, most.columnHeading)),
    rowHeadings: rowHeadings.map((text) => wrapped(font, text, Math.round(widest * headingShare), most.rowHeading)),
  };
}

/** No texts, or as many as there are things that they belong to. */
function given(where: string, what: string, texts: unknown, count: number, thing: string): readonly string[] {
  if (texts === undefined) return [];
  const list: unknown[] = Array.isArray(texts) ? texts : [];
  if (list.length === count && list.every((text) => typeof text === 'string')) return list;
  throw argumentError(where, what, `an array of ${count} strings, one for each ${thing}`, texts);
}

/** Of the text with the most lines. */
export function heightOf({ height }: Font, texts: readonly (readonly string[])[]): number {
  return height * Math.max(0, ...texts.map((lines) => lines.length));
}

/** Of the longest line. */
export function longestOf(font: Font, texts: readonly (readonly string[])[]): number {
  return Math.max(0, ...texts.flat().map((line) => widthOf(font, line)));
}
