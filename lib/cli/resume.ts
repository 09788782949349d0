import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { factsOf } from './file-facts.js';
import { note } from './messages.js';
import type { PrintingFlags } from './options.js';
import type { PlannedInput } from './outputs.js';
import { readRecord, type FileRecord } from './record.js';
import type { Asked, Recipe, Recorder } from './recorder.js';

/** The inputs that are still to be done: without those of which all is there, made of the same file in the same way. */
export async function unfinished<Input extends PlannedInput>(
  planned: readonly Input[],
  options: object,
  flags: PrintingFlags,
  recorder: Recorder,
): Promise<Input[]> {
  const left: Input[] = [];
  for (const input of planned)
    if (input.problem !== null || !(await isDone(input, options, recorder))) left.push(input);
  const done = planned.length - left.length;
  if (done > 0) note(`--resume: ${done} of ${planned.length} files had been done`, flags);
  return left;
}

async function isDone({ path, places }: PlannedInput, options: object, recorder: Recorder): Promise<boolean> {
  const image = await factsOf(path).catch(() => null);
  if (image === null) return false; // doing it tells why
  for (const { label, record } of places) {
    const made = await madeBefore(recorder, record, { label, options, image: path });
    if (made?.image?.sha256 !== image.sha256) return false;
  }
  return true;
}

/**
 * The record at `path`, if all of its files are there and the group would be made in the same way now: with the same
 * options, weights and other files. Neither the machine nor the image is looked at.
 */
export async function madeBefore(recorder: Recorder, path: string, asked: Asked): Promise<FileRecord | null> {
  const record = await readRecord(path).catch(() => null);
  if (record === null) return null;
  if (!isDeepStrictEqual(decisive(record), decisive(await recorder.recipe(path, asked)))) return null;
  for (const output of Object.values(record.outputs)) {
    const there = await stat(join(dirname(path), output.path)).catch(() => null);
    if (!there?.isFile() || there.size !== output.bytes) return null;
  }
  return record;
}

/** As it is in JSON. The label says which of the classes it is, whatever others were asked for. */
function decisive({ command, label, options, files, externalFiles, network }: Recipe): unknown {
  const read = Object.entries(files).map(([option, { sha256 }]) => [option, sha256]);
  const data = externalFiles.map(({ sha256 }) => sha256);
  return JSON.parse(JSON.stringify([command, label, { ...options, class: null }, read.sort(), data, network]));
}
