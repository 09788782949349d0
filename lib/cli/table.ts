import { visible } from './visible.js';

/**
 * Columns as wide as their widest cell. Names in the cells are made visible.
 *
 * @param sides  of each column: 'left' or 'right', separated by spaces
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], sides: string): string {
  const side = sides.split(' ');
  const lines = [head, ...rows].map((line) => line.map(visible));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const padded = lines.map((line) =>
    line.map((cell, column) =>
      side[column] === 'right' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    ),
  );
  return padded.map((cells) => cells.join('  ').trimEnd()).join('\n');
}

export function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
