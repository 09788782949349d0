import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../image/write-whole.js';
import { writeArray, writeImage, type ClassModel } from '../index.js';

/** What is written of one model. */
export interface ModelFiles {
  readonly picture: string;
  readonly pixels: string;
  /** Written last: where it is there, all is. */
  readonly facts: string;
  snapshot(step: number): string;
}

export function filesOf(folder: string, name: string): ModelFiles {
  const at = (ending: string) => join(folder, `${name}${ending}`);
  return {
    picture: at('.png'),
    pixels: at('.npy'),
    facts: at('.json'),
    snapshot: (step) => at(`.step-${String(step).padStart(5, '0')}.png`),
  };
}

/** Gives the paths of the files. */
export async function writeModel(files: ModelFiles, model: ClassModel): Promise<string[]> {
  const { image, pixels, snapshots, ...facts } = model;
  const ofSteps = snapshots.map(({ step }) => files.snapshot(step));
  await writeImage(files.picture, image);
  await writeArray(files.pixels, pixels);
  for (const [i, snapshot] of snapshots.entries()) await writeImage(ofSteps[i]!, snapshot.image);
  await writeWhole('class-model', files.facts, Buffer.from(`${JSON.stringify(facts, null, 1)}\n`));
  return [files.picture, files.pixels, files.facts, ...ofSteps];
}

export async function isThere({ picture, pixels, facts }: ModelFiles): Promise<boolean> {
  const found = [picture, pixels, facts].map((path) =>
    stat(path).then(
      (file) => file.isFile(),
      () => false,
    ),
  );
  return (await Promise.all(found)).every(Boolean);
}
