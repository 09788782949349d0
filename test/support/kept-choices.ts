import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TunedChoice } from '#lib/net/tuning-cache.js';

/** The choices that tuning has kept in a folder, each with its key and the path of its file. */
export async function keptChoices(folder: string) {
  const paths = (await readdir(join(folder, 'tuning'))).map((name) => join(folder, 'tuning', name));
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as TunedChoice & { key: string };
  return Promise.all(paths.map(async (path) => ({ path, ...(await read(path)) })));
}
