import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeDevices } from 'deep-inside';

const root = new URL('../../', import.meta.url);

/** What a result must say about where it was measured; `kind` is that of the device. */
export async function describeRun(script, kind = 'cpu') {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const device = (await describeDevices()).find((one) => one.kind === kind);
  const processor = cpus()[0]?.model.trim() ?? process.arch;
  return {
    date: new Date().toISOString(),
    command: ['node', script, ...process.argv.slice(2)].join(' '),
    machine: `${processor}, ${cpus().length} logical processors`,
    device: device.name,
    versions: `deep-inside ${version}, Node ${process.version}, ${device.versions}`,
  };
}

/** bench/machine/peak.cc, compiled at first use: { path }, or { reason } why not. */
let program = null;

/** Peak multiply-adds and memory bandwidth per second on so many threads: { flops, bandwidth }, or { reason } why not. */
export function measureMachine(threads) {
  program ??= compilePeak();
  if (program.reason) return program;
  const { stdout } = spawnSync(program.path, [String(threads)], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

function compilePeak() {
  return compiled('bench/machine/peak.cc', ['-ffp-contract=fast', '-pthread']);
}

/**
 * A program of one source of this folder, compiled for this machine into build/bench with what `options` add: { path }, or
 * { reason } why not.
 */
export function compiled(source, options) {
  const compiler = compilerOfAddon();
  if (!compiler) return { reason: 'no C++ compiler was found' };
  const from = fileURLToPath(new URL(source, root));
  const path = fileURLToPath(new URL(`build/bench/${basename(source, '.cc')}`, root));
  mkdirSync(dirname(path), { recursive: true });
  const all = ['-O3', '-std=c++17', '-march=native', ...options, from, '-o', path];
  const built = spawnSync(compiler, all, { encoding: 'utf8' });
  return built.status === 0 ? { path } : { reason: `${compiler} does not compile ${from}: ${built.stderr.trim()}` };
}

/** The compiler that built the native module, else one of the usual ones. */
function compilerOfAddon() {
  const folder = new URL('build/cmake/', root);
  const cache = existsSync(folder) && readdirSync(folder).includes('CMakeCache.txt');
  const text = cache ? readFileSync(new URL('CMakeCache.txt', folder), 'utf8') : '';
  const built = /^CMAKE_CXX_COMPILER:\w+=(.+)$/m.exec(text)?.[1];
  const works = (one) => one && spawnSync(one, ['--version']).status === 0;
  return [built, process.env.CXX, 'c++', 'g++', 'clang++'].find(works);
}
