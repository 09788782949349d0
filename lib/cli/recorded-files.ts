import { access, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DeepInsideError } from '../index.js';
import { figureEnding } from './figure.js';
import { shippedModel, type KnownFiles } from './file-facts.js';
import { recordPath, type FileRecord, type ReadFile } from './record.js';

/** The paths, with the records of these commands that lie in a folder, or in folders in it, instead of each folder. */
export async function expandRecords(paths: readonly string[], commands: readonly string[]): Promise<string[]> {
  const endings = [...commands, figureEnding].map((ending) => recordPath('', ending));
  const records: string[] = [];
  for (const path of paths) {
    const found = (await isFolder(path)) ? await recordsIn(path, endings) : [path];
    if (found.length === 0) {
      const message = `${path}: a folder with records was expected, named by ${endings.join(', ')}, got one without`;
      throw new DeepInsideError('ERR_IO', message);
    }
    records.push(...found);
  }
  return records;
}

/** By name. Links are not followed, which might lead around in circles. */
async function recordsIn(folder: string, endings: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw new DeepInsideError('ERR_IO', `${folder}: cannot be listed (${cause.message})`, { cause });
  });
  const records: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) records.push(...(await recordsIn(path, endings)));
    else if (endings.some((ending) => entry.name.endsWith(ending))) records.push(path);
  }
  return records;
}

/** What does not exist is no folder: reading it as a record says so. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Files that the user names in place of recorded ones, which may differ. */
export interface Replacements {
  readonly model?: string;
  readonly image?: string;
}

/** Where the files of a record are now: null is the network in the box. */
export interface Located {
  readonly files: Readonly<Record<string, string | null>>;
  readonly image: string | null;
  readonly images: readonly string[];
}

/**
 * Finds the files that a record at `path` tells of.
 *
 * @throws  ERR_IO where one is gone; ERR_ARGUMENT where another lies there, saying which, and where one that is to be
 *          replaced is none of the record's
 */
export async function locate(
  path: string,
  { files, externalFiles, image, images }: Pick<FileRecord, 'files' | 'externalFiles' | 'image' | 'images'>,
  replacements: Replacements,
  known: KnownFiles,
): Promise<Located> {
  if (replacements.image !== undefined && image === null) throw noImage(path, images.length);
  const find = (what: string, file: ReadFile, remedy: string) => placeOf(path, what, file, remedy, known);
  const found: Record<string, string | null> = {};
  for (const [option, file] of Object.entries(files)) {
    const replaced = option === 'model' ? replacements.model : undefined;
    found[option] = replaced ?? (await find(option, file, option === 'model' ? '--model' : ''));
  }
  if (replacements.model === undefined)
    for (const file of externalFiles) await find("the model's data", file, '--model');
  const together: string[] = [];
  for (const file of images) together.push((await find('an image', file, ''))!);
  const one = image && (replacements.image ?? (await find('the image', image, '--image')));
  return { files: found, image: one, images: together };
}

function noImage(path: string, count: number): DeepInsideError {
  const found = count === 0 ? 'it tells of none' : `it tells of ${count} that were looked at together`;
  return new DeepInsideError('ERR_ARGUMENT', `${path}: --image must be left out, since ${found}`);
}

/** Where a file with the recorded hash lies: where the record says, or where the user said then. */
async function placeOf(
  record: string,
  what: string,
  file: ReadFile,
  option: string,
  known: KnownFiles,
): Promise<string | null> {
  const { path, given, sha256 } = file;
  const remedy = option ? `; ${option} FILE goes on with another` : '; put it back';
  if (path === null) {
    const found = await known.factsOf(shippedModel);
    if (found.sha256 === sha256) return null;
    throw changed(record, `${what}, the network in the box,`, file, found.sha256, remedy);
  }
  const candidates = [resolve(dirname(record), path), ...(given === null ? [] : [resolve(given)])];
  const there: string[] = [];
  for (const candidate of new Set(candidates)) {
    if (!(await exists(candidate))) continue;
    if ((await known.factsOf(candidate)).sha256 === sha256) return candidate;
    there.push(candidate);
  }
  if (there.length > 0) throw changed(record, `${what} ${there[0]!}`, file, await hashOf(there[0]!, known), remedy);
  throw new DeepInsideError('ERR_IO', `${record}: ${what} is not at ${candidates[0]!} any longer${remedy}`);
}

async function hashOf(path: string, known: KnownFiles): Promise<string> {
  return (await known.factsOf(path)).sha256;
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function changed(record: string, what: string, { sha256 }: ReadFile, now: string, remedy: string): DeepInsideError {
  const hashes = `SHA-256 ${sha256.slice(0, 12)}... was recorded, it has ${now.slice(0, 12)}...`;
  return new DeepInsideError('ERR_ARGUMENT', `${record}: ${what} is not what was recorded: ${hashes}${remedy}`);
}
