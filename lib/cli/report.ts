import type { Prediction, Reconstruction } from '../index.js';
import { visible } from './visible.js';

/** What a reconstruction was made from, and whether it is zero. */
export type Reconstructed = Pick<Reconstruction, 'target' | 'zero'>;

/** What came of one file; with --json it is printed as it is. */
export interface FileReport {
  readonly file: string;
  /** Null where the image could not be decoded. */
  readonly width: number | null;
  readonly height: number | null;
  readonly predictions: readonly Prediction[];
  readonly outputs: readonly string[];
  /** Of commands that write files: paths of the records, which tell how these came about. */
  readonly records?: readonly string[];
  /** Of `reconstruct` alone. */
  readonly reconstructions?: readonly Reconstructed[];
  readonly error: string | null;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** What is shown of a file that did not fail. */
export function fileText(report: FileReport): string {
  const { file, width, height, predictions, outputs, reconstructions = [] } = report;
  const rows = predictions.map(({ class: index, name, wnid, score, posterior }) => [
    String(index),
    name ?? '-',
    wnid ?? '-',
    score.toFixed(3),
    posterior.toFixed(4),
  ]);
  const lines = [`${visible(file)}  ${width} x ${height}`];
  if (rows.length > 0) {
    lines.push(indented(table(['class', 'name', 'WNID', 'score', 'posterior'], rows, 'right left left right right')));
  }
  for (const one of reconstructions) lines.push(`  ${visible(lineOf(one))}`);
  if (outputs.length > 0) lines.push(`  -> ${outputs.map(visible).join('  ')}`);
  return lines.join('\n');
}

function lineOf({ target, zero }: Reconstructed): string {
  const nothing = zero ? ': nothing comes through, the reconstruction is identically zero' : '';
  if (!('layer' in target)) return `from ${'class' in target ? `class ${target.class}` : 'classes'}${nothing}`;
  const unit = 'row' in target ? `[${target.channel}] at row ${target.row}, col ${target.col}` : '';
  return `from ${target.layer}${unit}, activation ${target.value.toFixed(3)}${nothing}`;
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
