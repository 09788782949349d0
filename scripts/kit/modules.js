/** What of the native modules lies here, and what CMake said of it. */
import { existsSync, readFileSync } from 'node:fs';

const folder = 'build/Release';

export function isBuilt() {
  return ['cpu', 'cuda'].some((kind) => existsSync(`${folder}/deep_inside_${kind}.node`));
}

/** The line on what is built, found and missing (cmake/Summary.cmake); '' before the first build. */
export function builtLine() {
  const file = `${folder}/build-summary.txt`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
