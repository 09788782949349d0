import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describeDevices } from 'deep-inside';

const root = new URL('../../', import.meta.url);

/** What a result must say about where it was measured. */
export async function describeRun(script) {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const device = (await describeDevices()).find(({ kind }) => kind === 'cpu');
  const processor = cpus()[0]?.model.trim() ?? process.arch;
  return {
    date: new Date().toISOString(),
    command: ['node', script, ...process.argv.slice(2)].join(' '),
    machine: `${processor}, ${cpus().length} logical processors`,
    device: device.name,
    versions: `deep-inside ${version}, Node ${process.version}, ${device.versions}`,
  };
}

/**
 * Peak multiply-adds and memory bandwidth for each number of threads, by bench/machine/peak.cc.
 *
 * @returns  a map from threads to { flops, bandwidth }, both per second; or { reason } why it could not be measured
 */
export function measureMachine(threads) {
  const compiler = compilerOfAddon();
  if (!compiler) return { reason: 'no C++ compiler was found' };
  const folder = fileURLToPath(new URL('build/bench/', root));
  const program = `${folder}peak`;
  mkdirSync(folder, { recursive: true });
  const options = ['-O3', '-std=c++17', '-march=native', '-ffp-contract=fast', '-pthread'];
  const source = fileURLToPath(new URL('bench/machine/peak.cc', root));
  const built = spawnSync(compiler, [...options, source, '-o', program], { encoding: 'utf8' });
  if (built.status !== 0)
    return { reason: `${compiler} did not compile bench/machine/peak.cc: ${built.stderr.trim()}` };
  const { stdout } = spawnSync(program, threads.map(String), { encoding: 'utf8' });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return new Map(lines.map((line) => [line.threads, line]));
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
