import { DeepInsideError } from '../errors.js';

/** The file is broken, or is not what it says: `where` is its path, `problem` what was expected and what came. */
export function formatError(where: string, problem: string, options?: ErrorOptions): DeepInsideError {
  return new DeepInsideError('ERR_FORMAT', `${where}: ${problem}`, options);
}

/** The file is sound, but holds something that this library does not do. */
export function unsupportedError(where: string, problem: string): DeepInsideError {
  return new DeepInsideError('ERR_UNSUPPORTED', `${where}: ${problem}`);
}
