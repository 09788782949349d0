import { stat } from 'node:fs/promises';
import { note } from './messages.js';
import type { PrintingFlags } from './options.js';
import { pathsOf, type PlannedInput } from './outputs.js';

/** The inputs that are still to be done: without those whose outputs are all there and newer than the file. */
export async function unfinished<Input extends PlannedInput>(
  planned: readonly Input[],
  flags: PrintingFlags,
): Promise<Input[]> {
  const left: Input[] = [];
  for (const input of planned) if (input.problem !== null || !(await isDone(input))) left.push(input);
  const done = planned.length - left.length;
  if (done > 0) note(`--resume: ${done} of ${planned.length} files had been done`, flags);
  return left;
}

async function isDone({ path, places }: PlannedInput): Promise<boolean> {
  const [file, ...outputs] = await Promise.all([path, ...places.flatMap(pathsOf)].map(changed));
  return file !== null && outputs.every((time) => time !== null && time > file!);
}

/** When a file was last written, in nanoseconds; null where there is none. */
async function changed(path: string): Promise<bigint | null> {
  return stat(path, { bigint: true }).then(
    (found) => (found.isFile() ? found.mtimeNs : null),
    () => null,
  );
}
