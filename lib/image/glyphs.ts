import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';

/** [x, y, width, left, advance] in pixels: the box in the picture, how far right of the pen, how far the pen goes on. */
type Glyph = readonly [x: number, y: number, width: number, left: number, advance: number];

/** The glyphs of one size. */
export interface Font {
  /** Of a line, in pixels: all glyphs are that high. */
  readonly height: number;
  readonly glyphs: Readonly<Record<string, Glyph>>;
  /** Grey levels of the picture that holds the glyphs, 0 to 255: how much of each pixel is ink. */
  readonly coverage: Uint8Array;
  /** Pixels in a row of that picture. */
  readonly stride: number;
}

/** Sizes that there are, in pixels. */
export type FontSize = 14 | 20;

/** Stands for what the font lacks. */
const missing = '□';

let fonts: ReadonlyMap<number, Font> | undefined;

/** DejaVu Sans, drawn beforehand: printable ASCII and Latin-1, some dashes, quotation marks and the ellipsis. */
export function fontOf(size: FontSize): Font {
  fonts ??= readFonts();
  return fonts.get(size)!;
}

function readFonts(): ReadonlyMap<number, Font> {
  const file = (ending: string) => readFileSync(new URL(`../../fonts/dejavu-sans.${ending}`, import.meta.url));
  const { data, width } = PNG.sync.read(file('png'));
  const coverage = Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]!);
  const tables = JSON.parse(file('json').toString('utf8')) as (Font & { readonly size: number })[];
  return new Map(tables.map(({ size, height, glyphs }) => [size, { height, glyphs, coverage, stride: width }]));
}

/**
 * A text in characters that the font has: others lose their accents, or become a box. White space, line breaks among it,
 * is single spaces.
 */
export function spelt({ glyphs }: Font, text: string): string {
  const known = (character: string) => Object.hasOwn(glyphs, character);
  const spaced = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return Array.from(spaced.normalize('NFC'), (character) => {
    if (known(character)) return character;
    const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
    return plain !== '' && Array.from(plain).every(known) ? plain : missing;
  }).join('');
}

/** Pixels from the first character of a spelt text to behind the last. */
export function widthOf({ glyphs }: Font, text: string): number {
  let width = 0;
  for (const character of text) width += glyphs[character]![4];
  return width;
}
