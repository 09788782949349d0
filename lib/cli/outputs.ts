import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { makeFolder } from '../folder.js';
import { DeepInsideError } from '../index.js';
import type { Input } from './inputs.js';
import { recordPath } from './record.js';

/** The files that are written for one label of one image, by their kinds. */
export type Targets<Kind extends string = string> = Readonly<Record<Kind, string>>;

/** Where those files go, and their record. */
export interface Place<Kind extends string = string> {
  readonly label: string;
  readonly files: Targets<Kind>;
  readonly record: string;
}

export interface PlannedInput<Kind extends string = string> extends Input {
  /** One for each label. */
  readonly places: readonly Place<Kind>[];
}

/**
 * Where the results for each input go: folder/cat.overlay.png and so on, with a label for the class where there is one
 * (cat.281.overlay.png). Where two inputs share a name, all keep their endings and their folders below the one that
 * holds them all (folder/a/x.jpg.overlay.png). Makes the folders; an input that would be overwritten gets a problem.
 *
 * @param command  which ends the names of records
 * @param endings  of the files, by their kinds: '.overlay.png' and so on
 */
export async function planOutputs<Kind extends string>(
  command: string,
  inputs: readonly Input[],
  folder: string,
  labels: readonly string[],
  endings: Targets<Kind>,
): Promise<PlannedInput<Kind>[]> {
  const names = namesFor(inputs.map(({ path }) => path));
  const planned = inputs.map((input, i) => {
    const places = labels.map((label): Place<Kind> => {
      const base = join(folder, names[i]!) + (label && `.${label}`);
      return { label, files: targetsAt(base, endings), record: recordPath(base, command) };
    });
    return { ...input, places };
  });
  const wanted = planned.filter(({ problem }) => problem === null).flatMap(({ places }) => places);
  for (const parent of new Set(wanted.flatMap(pathsOf).map(dirname))) await makeOutputFolder(parent);
  const taken = await placesOf(inputs);
  return Promise.all(
    planned.map(async (input) => ({ ...input, problem: input.problem ?? (await problemOf(input, taken)) })),
  );
}

/** Refuses outputs of a whole run of which one would overwrite an input. */
export async function refuseInputs(outputs: readonly string[], inputs: readonly Input[]): Promise<void> {
  const message = await clash(outputs, await placesOf(inputs));
  if (message !== null) throw new DeepInsideError('ERR_ARGUMENT', `--out: ${message}`);
}

/** All files of one label of one image, in the order of the endings, and last their record. */
export function pathsOf({ files, record }: Place): string[] {
  return [...Object.values(files), record];
}

function targetsAt<Kind extends string>(base: string, endings: Targets<Kind>): Targets<Kind> {
  const paths = Object.entries<string>(endings).map(([kind, ending]) => [kind, base + ending]);
  return Object.fromEntries(paths) as Targets<Kind>;
}

/** A name for each path, all different, some with folders in them. */
function namesFor(paths: readonly string[]): string[] {
  const stems = paths.map((path) => basename(path, extname(path)));
  // some file systems take x.png and X.png for one
  if (new Set(stems.map((stem) => stem.toLowerCase())).size === stems.length) return stems;
  return namesWithin(paths);
}

/** The paths from the folder that holds all files, with `/`. */
export function namesWithin(paths: readonly string[]): string[] {
  const whole = paths.map((path) => resolve(path));
  const root = whole.map(dirname).reduce(commonFolder, dirname(whole[0] ?? ''));
  return whole.map((path) => relative(root, path).split(sep).join('/'));
}

function commonFolder(a: string, b: string): string {
  const [left, right] = [a.split(sep), b.split(sep)];
  const differs = left.findIndex((part, i) => part !== right[i]);
  return differs < 0 ? a : left.slice(0, differs).join(sep) || sep;
}

/** The folder of --out. */
export async function makeOutputFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (cause) {
    const message = `--out: cannot make the folder ${folder}: ${(cause as Error).message}; name another`;
    throw new DeepInsideError('ERR_IO', message, { cause });
  }
}

/** The inputs by device and inode, so that links and the spelling of a path do not matter. */
async function placesOf(inputs: readonly Input[]): Promise<ReadonlyMap<string, string>> {
  const places = await Promise.all(inputs.map(async ({ path }) => [await placeOf(path), path] as const));
  return new Map(places.flatMap(([place, path]) => (place === null ? [] : [[place, path] as const])));
}

async function placeOf(path: string): Promise<string | null> {
  return stat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );
}

async function problemOf(input: PlannedInput, taken: ReadonlyMap<string, string>): Promise<DeepInsideError | null> {
  const message = await clash(input.places.flatMap(pathsOf), taken);
  return message === null ? null : new DeepInsideError('ERR_ARGUMENT', `${input.path}: ${message}`);
}

/** The message about the first output that lies where an input does. */
async function clash(outputs: readonly string[], taken: ReadonlyMap<string, string>): Promise<string | null> {
  for (const output of outputs) {
    const victim = taken.get((await placeOf(output)) ?? '');
    if (victim === undefined) continue;
    return `an input is never overwritten, but the output ${output} is the input ${victim}; name another folder with --out`;
  }
  return null;
}
