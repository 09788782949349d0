import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './shared.js';

/** A module of bench/, which is JavaScript as it runs: the caller says what it takes from it. */
export async function importBench<T>(...path: string[]): Promise<T> {
  return (await import(pathToFileURL(join(repository, 'bench', ...path)).href)) as T;
}
