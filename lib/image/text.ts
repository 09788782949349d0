import { spelt, widthOf, type Font } from './glyphs.js';

const ellipsis = '…';
/** A line may end behind a space, or behind what joins the words of compounds and of names of files. */
const breaks = /[ \-–—/\\_,]/;

/** A picture [.., width, 3] that is being drawn on. */
export interface Canvas {
  readonly data: Uint8Array;
  readonly width: number;
}

/**
 * A text in lines that fit, at most so many: broken between words, within one that is longer than a line, and cut short
 * with an ellipsis where it is longer than all lines.
 *
 * @param width  of a line, in pixels
 */
export function wrapped(font: Font, text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = spelt(font, text);
  while (rest !== '') {
    const fits = fitting(font, rest, width);
    if (fits === rest.length) return [...lines, rest];
    if (lines.length === most - 1) return [...lines, shortened(font, rest, width)];
    const end = lineEnd(rest, fits);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return lines;
}

/** How many characters of the text fit; at least one, so that what is too narrow for any still comes to an end. */
function fitting({ glyphs }: Font, text: string, width: number): number {
  let [count, used] = [0, 0];
  for (; count < text.length; count++) {
    used += glyphs[text[count]!]![4];
    if (used > width) break;
  }
  return Math.max(count, 1);
}

/** Where a line ends of which `fits` characters fit. */
function lineEnd(text: string, fits: number): number {
  if (text[fits] === ' ') return fits;
  let end = fits;
  while (end > 0 && !breaks.test(text[end - 1]!)) end--;
  return end || fits;
}

function shortened(font: Font, text: string, width: number): string {
  const fits = fitting(font, text, width - widthOf(font, ellipsis));
  return `${text.slice(0, fits).trimEnd()}${ellipsis}`;
}

/** Draws a spelt line with its upper left corner at [top, left] in a grey of level `ink`; what lies outside is left out. */
export function drawLine(
  { data, width }: Canvas,
  font: Font,
  line: string,
  top: number,
  left: number,
  ink: number,
): void {
  const height = data.length / width / 3;
  let pen = left;
  for (const character of line) {
    const [x, y, glyphWidth, before, advance] = font.glyphs[character]!;
    for (let row = Math.max(0, -top); row < font.height && top + row < height; row++) {
      for (let col = 0; col < glyphWidth; col++) {
        const at = pen + before + col;
        if (at < 0 || at >= width) continue;
        const share = font.coverage[(y + row) * font.stride + x + col]! / 255;
        const pixel = ((top + row) * width + at) * 3;
        for (let i = pixel; i < pixel + 3; i++) data[i] = Math.round(data[i]! + (ink - data[i]!) * share);
      }
    }
    pen += advance;
  }
}
