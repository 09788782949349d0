import { argumentError, integer, knownOptions } from '../check.js';
import { array, type Image } from '../ndarray.js';
import { dense, image as imageOf, size as sizeOf } from './image.js';
import { fitted } from './fitted.js';
import { layOut, type SheetLayout } from './sheet-layout.js';
import { drawLine, type Canvas } from './text.js';
import { widthOf } from './glyphs.js';

export interface ContactSheetOptions {
  /** Pictures in a row, at most as many as there are; default: as many as make the sheet about square, the square root rounded up. */
  readonly cols?: number;
  /** Pixels between neighbours; default 2. */
  readonly gap?: number;
  /** Pixels around the sheet; default 0. */
  readonly margin?: number;
  /** Grey level of gaps and of places without a picture, 0 to 255; default 255. Text is dark on light levels, light on dark. */
  readonly background?: number;
  /** [rows, cols] that each picture is scaled to fit into; default: pictures stay as they are. */
  readonly tile?: readonly [rows: number, cols: number];
  /** A text under each picture, in two lines at most; '' for none. */
  readonly captions?: readonly string[];
  /** A text above each column. */
  readonly columnHeadings?: readonly string[];
  /** A text left of each row. */
  readonly rowHeadings?: readonly string[];
}

const keys = ['cols', 'gap', 'margin', 'background', 'tile', 'captions', 'columnHeadings', 'rowHeadings'];

/**
 * Pictures side by side, row by row, with texts where they are given: figures like the paper's. Fig. 1 is class models
 * with the names of the classes as captions; Fig. 2 photographs and, in the rows below, their maps; Fig. 3 a photograph, its
 * map and what was made of it in each row, with column headings. Rows are as high as their highest picture, columns as
 * wide as their widest, and each picture is in the middle of its place.
 *
 * Texts are drawn in DejaVu Sans, which has Latin-1 here: other characters lose their accents or become a box. What is too
 * long is broken into lines and then cut short.
 *
 * @param pictures  at least one, each [rows, cols, 1 | 3 | 4], or null for a place that stays empty; grey becomes RGB, and
 *                  an alpha channel is left out
 * @param options   cols, gap, margin, background, tile, captions, columnHeadings, rowHeadings
 * @returns         [rows, cols, 3] of the sheet
 * @throws          ERR_ARGUMENT where there are not as many texts as pictures, columns or rows
 */
export function contactSheet(pictures: readonly (Image | null)[], options: ContactSheetOptions = {}): Image {
  const where = 'contactSheet';
  knownOptions(where, options, keys);
  if (!Array.isArray(pictures) || pictures.every((picture) => picture === null)) {
    throw argumentError(where, 'pictures', 'an array of at least one picture', pictures);
  }
  const given = pictures.map((picture: unknown, i) =>
    picture === null ? null : imageOf(where, `pictures[${i}]`, picture),
  );
  const { background = 255, tile } = options;
  integer(where, 'background', background, 0, 255);
  const box = tile === undefined ? null : sizeOf(where, 'tile', tile);
  const placed = box === null ? given : given.map((picture) => picture && fitted(picture, box));
  const layout = layOut(
    where,
    placed.map((picture) => (picture ? [picture.shape[0]!, picture.shape[1]!] : [0, 0])),
    options,
  );
  const [height, width] = layout.size;
  const canvas: Canvas = { data: new Uint8Array(height * width * 3).fill(background), width };
  placed.forEach((picture, i) => picture && paste(picture, canvas, ...layout.places[i]!));
  write(canvas, layout, background < 128 ? 238 : 17);
  return array(canvas.data, [height, width, 3]);
}

/** Copies a picture's colours to a place of a sheet. */
function paste(picture: Image, { data: sheet, width }: Canvas, top: number, left: number): void {
  const { data, shape } = dense(picture);
  const [rows, cols, channels] = shape as [number, number, number];
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let row = 0, from = 0; row < rows; row++) {
    let to = ((top + row) * width + left) * 3;
    for (let col = 0; col < cols; col++, from += channels, to += 3) {
      sheet[to] = data[from]!;
      sheet[to + 1] = data[from + green]!;
      sheet[to + 2] = data[from + blue]!;
    }
  }
}

function write(canvas: Canvas, { font, blocks }: SheetLayout, ink: number): void {
  for (const { lines, top, left, width, aligned } of blocks) {
    lines.forEach((line, i) => {
      const spare = aligned === 'centre' ? Math.floor((width - widthOf(font, line)) / 2) : 0;
      drawLine(canvas, font, line, top + i * font.height, left + spare, ink);
    });
  }
}
