import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './shared.js';

/** A module of bench/, which is JavaScript as it runs: the caller says what it takes from it. */
export function importBench<T>(...path: string[]): Promise<T> {
  return importFrom('bench', ...path);
}

/** The same of scripts/. */
export function importScript<T>(...path: string[]): Promise<T> {
  return importFrom('scripts', ...path);
}

async function importFrom<T>(...path: string[]): Promise<T> {
  return (await import(pathToFileURL(join(repository, ...path)).href)) as T;
}
