import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeepInsideError } from '../errors.js';

/** A file beside the target is filled and then renamed, so that nobody ever reads half of it. */
export function writeWhole(where: string, path: string, bytes: Uint8Array): Promise<void> {
  return fillWhole(where, path, (file) => file.appendFile(bytes));
}

/** A file that is being written. */
export interface OpenFile {
  appendFile(piece: string | Uint8Array): Promise<void>;
}

/** The same of what `fill` writes. */
export async function fillWhole(where: string, path: string, fill: (file: OpenFile) => Promise<void>): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  try {
    const file = await open(unfinished, 'wx');
    try {
      await fill(file);
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw new DeepInsideError('ERR_IO', `${where}: cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
