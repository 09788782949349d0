import { argumentError, nearest, shown } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { ClassName } from '../formats/model.js';

/** A class: its index from 0, its name or its WordNet id. */
export type ClassChoice = number | string;

/**
 * One class or several for an image; left out: the class with the highest score. A function is given the image's index
 * in the whole array or async iterable, where each input of a batch counts as an image.
 */
export type ClassArgument =
  | ClassChoice
  | readonly ClassChoice[]
  | ((index: number) => ClassChoice | readonly ClassChoice[] | undefined)
  | undefined;

/** Stands for the class with the highest score. */
export const topClass = -1;

/** The classes of one image; `several` where they came as an array, of one or more. */
export interface ClassesFor {
  readonly indices: readonly number[];
  readonly several: boolean;
}

/** The classes meant for image number `index`, -1 for the highest-scoring one. */
export function classesFor(
  where: string,
  classes: readonly ClassName[],
  cls: ClassArgument,
  index: number,
): ClassesFor {
  const choice = typeof cls === 'function' ? cls(index) : cls;
  if (choice === undefined) return { indices: [topClass], several: false };
  if (!Array.isArray(choice)) return { indices: [classIndex(where, classes, choice)], several: false };
  if (choice.length === 0) throw argumentError(where, 'class', 'one class or an array of at least one', choice);
  return { indices: choice.map((one) => classIndex(where, classes, one)), several: true };
}

/**
 * The index of a class.
 *
 * @throws  ERR_ARGUMENT for an index outside, an unknown name (naming the nearest) or one that fits several classes
 */
export function classIndex(where: string, classes: readonly ClassName[], cls: unknown): number {
  const last = classes.length - 1;
  const kit = last === 999 ? ' (classes count from 0 here, from 1 in the ILSVRC kit)' : '';
  if (typeof cls === 'string') return namedClass(where, classes, cls);
  if (Number.isInteger(cls) && (cls as number) >= 0 && (cls as number) <= last) return cls as number;
  const expected = `an integer from 0 to ${last} or a class name`;
  throw new DeepInsideError('ERR_ARGUMENT', `${where}: class must be ${expected}, got ${shown(cls)}${kit}`);
}

function namedClass(where: string, classes: readonly ClassName[], cls: string): number {
  const exact = matches(classes, (text) => text === cls);
  const hits = exact.length > 0 ? exact : matches(classes, (text) => text.toLowerCase() === cls.toLowerCase());
  if (hits.length === 1) return hits[0]!;
  if (hits.length > 1) {
    const listed = hits.map((i) => `${i} (${classes[i]!.wnid ?? 'no WNID'})`).join(' and ');
    throw new DeepInsideError('ERR_ARGUMENT', `${where}: class "${cls}" fits ${listed}; give the index or the WNID`);
  }
  const names = classes.flatMap(({ name }) => name ?? []);
  const near = nearest(cls, names);
  const remedy =
    near.length > 0 ? `did you mean ${near.map((name) => `"${name}"`).join(' or ')}?` : 'net.classes lists them';
  const unnamed =
    names.length === 0 ? "this network's classes have no names; load it with names, or give the index" : remedy;
  throw argumentError(where, 'class', 'the name or WNID of a class', cls, unnamed);
}

function matches(classes: readonly ClassName[], fits: (text: string) => boolean): number[] {
  return classes.flatMap(({ name, wnid }, i) => ([name, wnid].some((text) => text !== null && fits(text)) ? [i] : []));
}

const entryForm = 'a name or { name, wnid }';

/**
 * Class names for a network of `count` classes from a list: a name or { name, wnid } for each class in their order, one
 * of both perhaps null.
 *
 * @param where  who gave it: the function that was called, or the file
 * @throws       ERR_ARGUMENT saying which entry is none
 */
export function checkClassNames(where: string, given: unknown, count: number): readonly ClassName[] {
  if (!Array.isArray(given))
    throw argumentError(where, 'names', `'imagenet', a path, or an array with ${entryForm} for each class`, given);
  if (given.length !== count) {
    const message = `${where}: names must list the network's ${count} classes, each as ${entryForm}, got ${given.length}`;
    throw new DeepInsideError('ERR_ARGUMENT', message);
  }
  // not map, which leaves holes out
  return Array.from(given, (entry: unknown, i) => classNameOf(where, i, entry));
}

function classNameOf(where: string, i: number, entry: unknown): ClassName {
  if (typeof entry === 'string') return { name: entry, wnid: null };
  if (typeof entry === 'object' && entry !== null && ('name' in entry || 'wnid' in entry)) {
    const { name = null, wnid = null } = entry as Partial<ClassName>;
    if ([name, wnid].every((text) => text === null || typeof text === 'string')) return { name, wnid };
  }
  throw argumentError(where, `names[${i}]`, entryForm, entry);
}

/** Classes of which nothing is known but how many there are. */
export function unnamedClasses(count: number): readonly ClassName[] {
  return Array.from({ length: count }, () => ({ name: null, wnid: null }));
}
