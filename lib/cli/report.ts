import type { Box, Prediction, Reconstruction } from '../index.js';
import { textOfChecks, type Checks } from './check-report.js';
import { indented, table } from './table.js';
import { visible } from './visible.js';

/** What a reconstruction was made from, and whether it is zero. */
export type Reconstructed = Pick<Reconstruction, 'target' | 'zero'>;

/** A class of an image; of `localise` with its box, and why that is not what a cut gave. */
export interface Predicted extends Prediction {
  readonly box?: Box;
  readonly note?: string | null;
}

/** What came of one file; with --json it is printed as it is. */
export interface FileReport {
  readonly file: string;
  /** Null where the image could not be decoded. */
  readonly width: number | null;
  readonly height: number | null;
  readonly predictions: readonly Predicted[];
  readonly outputs: readonly string[];
  /** Of commands that write files: paths of the records, which tell how these came about. */
  readonly records?: readonly string[];
  /** Of `reconstruct` alone. */
  readonly reconstructions?: readonly Reconstructed[];
  /** Of `check` alone, in the order of the predictions. */
  readonly checks?: readonly Checks[];
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
  const { file, width, height, predictions, outputs, reconstructions = [], checks = [] } = report;
  const lines = [`${visible(file)}  ${width} x ${height}`];
  if (predictions.length > 0) lines.push(indented(tableOf(predictions)));
  for (const { class: index, note } of predictions) if (note) lines.push(`  class ${index}: ${note}`);
  for (const one of reconstructions) lines.push(`  ${visible(lineOf(one))}`);
  for (const one of checks) {
    if (textOfChecks(one) === '') continue;
    if (checks.length > 1) lines.push(`  class ${one.class}`);
    lines.push(indented(textOfChecks(one)));
  }
  if (outputs.length > 0) lines.push(`  -> ${outputs.map(visible).join('  ')}`);
  return lines.join('\n');
}

function tableOf(predictions: readonly Predicted[]): string {
  const withBoxes = predictions.some(({ box }) => box);
  const rows = predictions.map(({ class: index, name, wnid, score, posterior, box }) => [
    ...[String(index), name ?? '-', wnid ?? '-', score.toFixed(3), posterior.toFixed(4)],
    ...(box ? [`${box.xmin},${box.ymin} to ${box.xmax},${box.ymax}`] : []),
  ]);
  const headings = ['class', 'name', 'WNID', 'score', 'posterior', ...(withBoxes ? ['box'] : [])];
  return table(headings, rows, `right left left right right${withBoxes ? ' left' : ''}`);
}

function lineOf({ target, zero }: Reconstructed): string {
  const nothing = zero ? ': nothing comes through, the reconstruction is identically zero' : '';
  if (!('layer' in target)) return `from ${'class' in target ? `class ${target.class}` : 'classes'}${nothing}`;
  const unit = 'row' in target ? `[${target.channel}] at row ${target.row}, col ${target.col}` : '';
  return `from ${target.layer}${unit}, activation ${target.value.toFixed(3)}${nothing}`;
}
