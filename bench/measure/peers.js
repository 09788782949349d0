import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

function script(name) {
  return fileURLToPath(new URL(`../peers/${name}`, import.meta.url));
}

/**
 * glibc gives the memory of large tensors back at once, and PyTorch takes new pages, filled with zeros, for every one of
 * them. Told to keep it, SqueezeNet at batch 10 takes 20 to 40 % less time; TensorFlow gains nothing.
 */
const keepsMemory = { MALLOC_MMAP_THRESHOLD_: '4294967296', MALLOC_TRIM_THRESHOLD_: '4294967296' };

const pythonPeers = [
  { name: 'PyTorch', file: 'pytorch.py', modules: ['torch', 'numpy'], env: keepsMemory },
  { name: 'TensorFlow', file: 'tensor_flow.py', modules: ['tensorflow', 'numpy'] },
  { name: 'onnxruntime', file: 'onnx_runtime.py', modules: ['onnxruntime', 'onnx', 'numpy'] },
];

/** The packages of tfjs that its peer loads. */
const tfjsPackages = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];

/** Where and how contestants compute, as their processes are told; by default on the CPU in float32. */
function placeArguments({ device, precision }) {
  return ['--device', device, '--precision', precision];
}

const onCpu = { device: 'cpu', precision: 'float32' };

/** How to start this library in these configurations; `cache` is the folder for what tuning finds. */
export function ourselves(configurations, cache, place = onCpu) {
  const args = [script('deep-inside.js'), ...placeArguments(place), ...configurations];
  return { name: 'deep-inside', command: process.execPath, args, env: { DEEP_INSIDE_CACHE: cache } };
}

/**
 * How to start each peer that is installed, and why the others are not there.
 *
 * @param python  a Python interpreter
 * @param compilers  whether PyTorch may use torch.compile and TensorFlow XLA, which take a minute per net
 * @param tfjs    the folder whose node_modules hold tfjs, or undefined: where Node finds it from here
 */
export function findPeers({ python, tfjs, compilers }) {
  const flags = compilers ? ['--compilers'] : [];
  return [...pythonPeers.map((peer) => findPythonPeer(peer, python, flags)), findTfjs(tfjs)];
}

/** How to start PyTorch at a place, or why it is not there; torch.compile takes part too, alone or, with 'none', not. */
export function findPyTorch({ python, compilers }, place) {
  return findPythonPeer(pythonPeers[0], python, [...placeArguments(place), '--compilers', compilers]);
}

/**
 * Why torch.compile makes nothing for a GPU here, or null: it is tried, once, which takes up to a minute. It may hang, on
 * the locks of a cache that lies on a network's disk: no one else has a turn while it is waited for.
 */
export function lackOfCompiler(python, { seconds = 120 } = {}) {
  const lack = lackOf(python, pythonPeers[0].modules);
  if (lack) return lack;
  const options = { encoding: 'utf8', timeout: 1000 * seconds, killSignal: 'SIGKILL' };
  const { error, status, signal, stdout } = spawnSync(python, [script('compiles.py'), 'cuda'], options);
  if (error?.code === 'ETIMEDOUT') return `torch.compile had not compiled one line after ${seconds} s`;
  return status === 0 ? stdout.trim() || null : `${python} ended with ${signal ?? status} when it was to compile`;
}

function findPythonPeer({ name, file, modules, env }, python, flags) {
  const reason = lackOf(python, modules);
  return reason ? { name, reason } : { name, command: python, args: [script(file), ...flags], env };
}

/** Why this is no Python interpreter, or null. */
export function troubleWith(python) {
  const { error, status, stdout } = spawnSync(python, ['-c', 'print(6 * 7)'], { encoding: 'utf8' });
  if (error) return `cannot be started (${error.code})`;
  return stdout.trim() === '42' ? null : `is no Python interpreter (exit code ${status})`;
}

/** Why Python does not have the modules, or null. */
function lackOf(python, modules) {
  const find = 'import sys, importlib.util; print(*[m for m in sys.argv[1:] if not importlib.util.find_spec(m)])';
  const { status, stdout } = spawnSync(python, ['-c', find, ...modules], { encoding: 'utf8' });
  if (status !== 0) return `${python} is not there`;
  return stdout.trim() ? `${python} has no ${stdout.trim().replaceAll(' ', ', ')}` : null;
}

function findTfjs(folder) {
  const from = folder === undefined ? import.meta.url : join(resolve(folder), 'package.json');
  try {
    const paths = tfjsPackages.map((name) => createRequire(from).resolve(name));
    return { name: 'tfjs', command: process.execPath, args: [script('tfjs.js'), ...paths] };
  } catch {
    return { name: 'tfjs', reason: `${tfjsPackages.join(' and ')} are not found${folder ? ` from ${folder}` : ''}` };
  }
}
