/** Which files of test/gpu the steps of scripts/test-gpu.js take, and what they need of this machine. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = 'build/test/gpu';
const sanitizers = ['memcheck', 'initcheck', 'racecheck'];
/** Few and small, since node under a sanitizer is slow; none that asks for more memory than there is. */
const sanitized = ['element-wise', 'operations', 'max-flow', 'weighted', 'weighted-precisions', 'small-networks'];

/** The names of the files that 'proofs' or a sanitizer takes. */
export function gpuTests(step) {
  if (sanitizers.includes(step)) return sanitized;
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.js'));
  return files.map((name) => name.replace('.test.js', '')).sort();
}

export function gpuTestFile(name) {
  return join(folder, `${name}.test.js`);
}

/** compute-sanitizer on the PATH, in the toolkit of CUDA_HOME or of nvcc, or in the usual place; undefined without it. */
export function findSanitizer() {
  const nvcc = spawnSync('sh', ['-c', 'command -v nvcc'], { encoding: 'utf8' }).stdout.trim();
  const toolkits = [process.env.CUDA_HOME, nvcc && dirname(dirname(nvcc)), '/usr/local/cuda'].filter(Boolean);
  const places = toolkits.flatMap((root) => ['bin', 'compute-sanitizer'].map((folder) => join(root, folder)));
  const programs = ['compute-sanitizer', ...places.map((place) => join(place, 'compute-sanitizer'))];
  return programs.find((one) => spawnSync(one, ['--version']).status === 0);
}

export const lackOfSanitizer = 'compute-sanitizer is neither on the PATH nor in the CUDA toolkit';
