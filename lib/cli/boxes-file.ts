import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { DeepInsideError, type Box } from '../index.js';
import { checkBoxes } from '../visualise/pointing-game.js';

/** The boxes of pictures by the paths of these, of those that have some. */
export type BoxesOf = ReadonlyMap<string, readonly Box[]>;

const form = '{ "cat.jpg": [{ "xmin": 12, "ymin": 30, "xmax": 210, "ymax": 190 }], ... }';

/**
 * Boxes of objects from a JSON file: an object with a list of boxes for each picture, by its path, spelt in any way, from
 * where the command runs, or by its file name, where that is of one picture without a path there. Pixels of the whole
 * picture from 0; all four sides belong to a box.
 *
 * @param pictures  paths
 * @throws  ERR_IO if it cannot be read; ERR_FORMAT if it is no such JSON; ERR_ARGUMENT naming the box that is none, or the
 *          file name that is of several pictures
 */
export async function readBoxes(file: string, pictures: readonly string[]): Promise<BoxesOf> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DeepInsideError('ERR_IO', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  });
  const entries = Object.entries(objectIn(file, text)) as [string, readonly Box[]][];
  for (const [name, boxes] of entries) checkBoxes(`${file}: "${name}"`, boxes);
  const found = new Map<string, readonly Box[]>();
  const named: typeof entries = [];
  const places = new Map(pictures.map((path) => [resolve(path), path]));
  for (const [name, boxes] of entries) {
    const path = places.get(resolve(name));
    if (path === undefined) named.push([name, boxes]);
    else found.set(path, boxes);
  }
  const rest = pictures.filter((path) => !found.has(path));
  for (const [name, boxes] of named) {
    const [path, other] = rest.filter((one) => basename(one) === name);
    if (other !== undefined) throw ambiguous(file, name, path!, other);
    if (path !== undefined) found.set(path, boxes);
  }
  return found;
}

function ambiguous(file: string, name: string, path: string, other: string): DeepInsideError {
  const message = `${file}: "${name}" must be of one picture, got ${path} and ${other}; name each by its path`;
  return new DeepInsideError('ERR_ARGUMENT', message);
}

function objectIn(file: string, text: string): object {
  let value: unknown;
  let cause: unknown;
  try {
    value = JSON.parse(text);
  } catch (reason) {
    cause = reason;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const came = cause === undefined ? 'other JSON' : (cause as Error).message;
  throw new DeepInsideError('ERR_FORMAT', `${file}: must be a JSON object such as ${form}, got ${came}`, { cause });
}
