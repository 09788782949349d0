import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeepInsideError } from '../errors.js';

/** A file beside the target is filled and then renamed, so that nobody ever reads half of it. */
export async function writeWhole(where: string, path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(unfinished, bytes, { flag: 'wx' });
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw new DeepInsideError('ERR_IO', `${where}: cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
