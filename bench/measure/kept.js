import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A file that holds something else than what was to be kept there: its message says what, and what to do. */
export class NotKept extends Error {}

/** A folder for the files of several runs: as `workFolder` (sessions.js) makes one, but what lies there stays. */
export function keptFolder(path) {
  mkdirSync(path, { recursive: true });
  return { path: (name) => join(resolve(path), name), remove: () => undefined };
}

/** A folder inside such a folder. */
export function within(folder, name) {
  return keptFolder(folder.path(name));
}

/**
 * What a JSON file holds, or what `make` resolves with, which is then written there: whole, so that a run that is ended
 * meanwhile leaves none.
 *
 * @param check  throws where the file holds something else
 * @throws       NotKept, with the file and the words of `check`
 */
export async function kept(file, make, check) {
  if (existsSync(file)) return read(file, check);
  const made = await make();
  writeFileSync(`${file}.part`, `${JSON.stringify(made)}\n`);
  renameSync(`${file}.part`, file);
  return made;
}

function read(file, check) {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8'));
    check(value);
    return value;
  } catch (error) {
    throw new NotKept(`${file}: ${error.message}; remove it, and it is made again`, { cause: error });
  }
}
