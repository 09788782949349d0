/*
 * Prints the folders of node_modules that tests and benchmarks load at run time: `node scripts/kit/packages.js`.
 * What only compiles, checks or formats stays out, and so does cmake-js: the kit builds with CMake alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const left = new Set(['cmake-js', '@types/ndarray']);
const forTests = ['mocha', 'fast-check'];

function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Where Node finds a package from a folder: in the nearest node_modules above; null where it is not installed. */
function find(name, from) {
  const place = join(from, 'node_modules', name);
  if (existsSync(join(place, 'package.json'))) return place;
  return from === root ? null : find(name, dirname(from));
}

const found = new Set();

function add(name, from) {
  const folder = find(name, from);
  if (folder === null || found.has(folder)) return;
  found.add(folder);
  const { dependencies = {}, optionalDependencies = {} } = manifest(folder);
  for (const one of Object.keys({ ...dependencies, ...optionalDependencies })) add(one, folder);
}

const wanted = Object.keys(manifest(root).dependencies).filter((name) => !left.has(name));
for (const name of [...wanted, ...forTests]) add(name, root);
for (const folder of found) console.log(relative(root, folder));
