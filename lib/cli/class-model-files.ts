import { join } from 'node:path';
import { writeWhole } from '../image/write-whole.js';
import { recordPath } from './record.js';
import { writeArray, writeImage, type ClassModel } from '../index.js';

/** What is written of one model. */
export interface ModelFiles {
  readonly picture: string;
  readonly pixels: string;
  readonly facts: string;
  /** Written last. */
  readonly record: string;
  snapshot(step: number): string;
}

export function filesOf(folder: string, name: string): ModelFiles {
  const at = (ending: string) => join(folder, `${name}${ending}`);
  return {
    picture: at('.png'),
    pixels: at('.npy'),
    facts: at('.json'),
    record: recordPath(join(folder, name), 'class-model'),
    snapshot: (step) => at(`.step-${String(step).padStart(5, '0')}.png`),
  };
}

/** All but the record. Gives the paths of the files by their kinds. */
export async function writeModel(files: ModelFiles, model: ClassModel): Promise<Record<string, string>> {
  const { image, pixels, snapshots, ...facts } = model;
  const ofSteps = snapshots.map(({ step }) => files.snapshot(step));
  await writeImage(files.picture, image);
  await writeArray(files.pixels, pixels);
  for (const [i, snapshot] of snapshots.entries()) await writeImage(ofSteps[i]!, snapshot.image);
  await writeWhole('class-model', files.facts, Buffer.from(`${JSON.stringify(facts, null, 1)}\n`));
  const { picture, pixels: values, facts: told } = files;
  const steps = snapshots.map(({ step }, i) => [`step-${step}`, ofSteps[i]!] as const);
  return { picture, pixels: values, facts: told, ...Object.fromEntries(steps) };
}

/** All paths, with those of the pictures of these steps. */
export function pathsOf(files: ModelFiles, steps: readonly number[]): string[] {
  const { picture, pixels, facts, record } = files;
  return [picture, pixels, facts, record, ...steps.map((step) => files.snapshot(step))];
}
