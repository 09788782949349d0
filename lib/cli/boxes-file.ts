import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DeepInsideError, type Box } from '../index.js';
import { checkBoxes } from '../visualise/pointing-game.js';

/** The boxes of a file by its path, or by its name alone; undefined where it has none. */
export type BoxesOf = (path: string) => readonly Box[] | undefined;

const form = '{ "cat.jpg": [{ "xmin": 12, "ymin": 30, "xmax": 210, "ymax": 190 }], ... }';

/**
 * Boxes of objects from a JSON file: an object with a list of boxes for each picture, by the path that is given to the
 * command or by its file name. Pixels of the whole picture from 0; all four sides belong to a box.
 *
 * @throws  ERR_IO if it cannot be read; ERR_FORMAT if it is no such JSON; ERR_ARGUMENT naming the box that is none
 */
export async function readBoxes(file: string): Promise<BoxesOf> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DeepInsideError('ERR_IO', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  });
  const boxes = new Map(Object.entries(objectIn(file, text)));
  for (const [name, ofPicture] of boxes) checkBoxes(`${file}: "${name}"`, ofPicture);
  return (path) => (boxes.get(path) ?? boxes.get(basename(path))) as readonly Box[] | undefined;
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
