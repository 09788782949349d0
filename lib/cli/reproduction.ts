import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { differenceOfFiles, differenceOfJson, type Difference } from './compare-files.js';
import { reasonsBetween, type Reason } from './compare-records.js';
import { factsOf } from './file-facts.js';
import { indented } from './table.js';
import type { WrittenFile } from './record.js';
import type { Ready, Remade } from './rerun.js';
import { visible } from './visible.js';

/** How a file that was made again compares with its record. */
export interface ComparedFile {
  readonly kind: string;
  /** The recorded file. */
  readonly file: string;
  /** The new file, or null where none was made. */
  readonly again: string | null;
  readonly identical: boolean;
  /** Whether the recorded file is still what was recorded. */
  readonly original: 'there' | 'changed' | 'gone';
  /** By how much the new file differs; null where it does not, or where that cannot be known. */
  readonly difference: Difference | null;
}

/** What came of one record; with --json it is printed as it is. */
export interface Reproduction {
  readonly record: string;
  readonly command: string | null;
  /** Whether all files and all that was told are the same. */
  readonly identical: boolean;
  readonly outputs: readonly ComparedFile[];
  /** By how much what was told beside the files differs, or null. */
  readonly result: Difference | null;
  /** What differs in how they came about, which may be why. */
  readonly reasons: readonly Reason[];
  readonly error: string | null;
}

export async function compare({ path, record }: Ready, made: Remade): Promise<Reproduction> {
  const outputs: ComparedFile[] = [];
  for (const [kind, output] of Object.entries(record.outputs)) {
    outputs.push(await compareFile(kind, join(dirname(path), output.path), output, made));
  }
  const same = isDeepStrictEqual(record.result, made.record.result);
  return {
    record: path,
    command: record.command,
    identical: same && outputs.every(({ identical }) => identical),
    outputs,
    result: same ? null : differenceOfJson(record.result, made.record.result),
    reasons: reasonsBetween(record, made.record),
    error: null,
  };
}

async function compareFile(
  kind: string,
  file: string,
  { sha256 }: WrittenFile,
  { path, record }: Remade,
): Promise<ComparedFile> {
  const found = record.outputs[kind];
  const again = found ? join(dirname(path), found.path) : null;
  const identical = found?.sha256 === sha256;
  const hash = await factsOf(file).then(
    (facts) => facts.sha256,
    () => null,
  );
  const original = hash === null ? 'gone' : hash === sha256 ? 'there' : 'changed';
  const comparable = !identical && again !== null && original === 'there';
  return {
    kind,
    file,
    again,
    identical,
    original,
    difference: comparable ? await differenceOfFiles(file, again) : null,
  };
}

/** What is shown of a reproduction that did not fail. */
export function reproductionText({ record, command, outputs, result, reasons, identical }: Reproduction): string {
  const lines = outputs.map((output) => `${visible(output.file)}  ${verdictOf(output)}`);
  if (result) lines.push(`what it tells beside the files differs: ${differenceText(result, 'itself')}`);
  if (reasons.length > 0) {
    const listed = reasons.map(({ what, recorded, now }) => `${what}: ${shownValue(recorded)}, now ${shownValue(now)}`);
    lines.push(`${identical ? 'although' : 'perhaps since'} this was not the same:`, indented(listed.map(visible).join('\n'))); // prettier-ignore
  } else if (!identical) {
    lines.push('although all that was recorded is the same: options, files, versions, processor, threads');
  }
  return `${visible(record)}  ${command}\n${indented(lines.join('\n'))}`;
}

function verdictOf({ file, identical, again, original, difference }: ComparedFile): string {
  const there = original === 'there' ? '' : ` (the recorded file is ${original === 'gone' ? 'gone' : 'another now'})`;
  if (identical) return `identical${there}`;
  if (again === null) return 'not made';
  return `differs${difference ? `: ${differenceText(difference, file.endsWith('.json') ? 'itself' : 'the largest')}` : there}`;
}

/** @param ofWhat  what the relative difference is a share of */
function differenceText({ of, count, total, unmeasured, largest, relative }: Difference, ofWhat: string): string {
  if (of === 'shape') return 'it has another shape';
  if (of === 'content') return 'more than numbers';
  if (count === 0)
    return of === 'pixels' ? 'the same pixels, compressed otherwise' : 'the same numbers, written otherwise';
  const odd = unmeasured > 0 ? `, ${unmeasured} of them from or to what is no finite number` : '';
  const share = `${count} of ${total} ${of}${odd}`;
  if (count === unmeasured) return share;
  if (of === 'pixels') return `${share}, by up to ${largest} level${largest === 1 ? '' : 's'}`;
  const most = `${share}, by up to ${largest.toPrecision(2)}`;
  return relative === null ? most : `${most}, ${relative.toExponential(1)} of ${ofWhat}`;
}

function shownValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}...` : value;
  return JSON.stringify(value);
}
