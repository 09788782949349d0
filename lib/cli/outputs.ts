import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { makeFolder } from '../folder.js';
import { DeepInsideError } from '../index.js';
import type { Input } from './inputs.js';

/** The files that are written for one label of one image, by their kinds. */
export type Targets<Kind extends string = string> = Readonly<Record<Kind, string>>;

export interface PlannedInput<Kind extends string = string> extends Input {
  /** One entry per label. */
  readonly targets: readonly Targets<Kind>[];
}

/**
 * Where the results for each input go: folder/cat.overlay.png and so on, with a label for the class where there is one
 * (cat.281.overlay.png). Where two inputs share a name, all keep their endings and their folders below the one that
 * holds them all (folder/a/x.jpg.overlay.png). Makes the folders; an input that would be overwritten gets a problem.
 *
 * @param endings  of the files, by their kinds: '.overlay.png' and so on
 */
export async function planOutputs<Kind extends string>(
  inputs: readonly Input[],
  folder: string,
  labels: readonly string[],
  endings: Targets<Kind>,
): Promise<PlannedInput<Kind>[]> {
  const names = namesFor(inputs.map(({ path }) => path));
  const planned = inputs.map((input, i) => {
    const targets = labels.map((label) => targetsAt(join(folder, names[i]!) + (label && `.${label}`), endings));
    return { ...input, targets };
  });
  const wanted = planned.filter(({ problem }) => problem === null).flatMap(({ targets }) => targets);
  for (const place of new Set(wanted.flatMap(pathsOf).map(dirname))) await makeOutputFolder(place);
  const taken = await placesOf(inputs.map(({ path }) => path));
  return Promise.all(
    planned.map(async (input) => ({ ...input, problem: input.problem ?? (await clash(input, taken)) })),
  );
}

/** All files of one label of one image, in the order of the endings. */
export function pathsOf(targets: Partial<Targets>): string[] {
  return Object.values(targets).filter((path) => path !== undefined);
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
  const whole = paths.map((path) => resolve(path));
  const root = whole.map(dirname).reduce(commonFolder);
  return whole.map((path) => relative(root, path));
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
async function placesOf(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const places = await Promise.all(paths.map(async (path) => [await placeOf(path), path] as const));
  return new Map(places.flatMap(([place, path]) => (place === null ? [] : [[place, path] as const])));
}

async function placeOf(path: string): Promise<string | null> {
  return stat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );
}

async function clash(input: PlannedInput, taken: ReadonlyMap<string, string>): Promise<DeepInsideError | null> {
  for (const target of input.targets.flatMap(pathsOf)) {
    const victim = taken.get((await placeOf(target)) ?? '');
    if (victim === undefined) continue;
    const message = `${input.path}: an input is never overwritten, but its output ${target} is the input ${victim}; name another folder with --out`;
    return new DeepInsideError('ERR_ARGUMENT', message);
  }
  return null;
}
