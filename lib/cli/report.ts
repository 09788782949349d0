import type { Prediction } from '../index.js';
import { visible } from './visible.js';

/** What came of one file; with --json it is printed as it is. */
export interface FileReport {
  readonly file: string;
  /** Null where the image could not be decoded. */
  readonly width: number | null;
  readonly height: number | null;
  readonly predictions: readonly Prediction[];
  readonly outputs: readonly string[];
  readonly error: string | null;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** A failed file has nothing to show here: stderr tells. */
export function printFile({ file, width, height, predictions, outputs, error }: FileReport): void {
  if (error !== null) return;
  const rows = predictions.map(({ class: index, name, wnid, score, posterior }) => [
    String(index),
    name ?? '-',
    wnid ?? '-',
    score.toFixed(3),
    posterior.toFixed(4),
  ]);
  print(`${visible(file)}  ${width} x ${height}`);
  print(indented(table(['class', 'name', 'WNID', 'score', 'posterior'], rows, 'right left left right right')));
  if (outputs.length > 0) print(`  -> ${outputs.map(visible).join('  ')}`);
}

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
