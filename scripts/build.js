// Builds the native modules into build/Release: cmake-js, then CMakeLists.txt. `npm install` runs it, and so does
// `node-gyp rebuild` (binding.gyp). What is up to date is not built again.
//
//   DEEP_INSIDE_CUDA=AUTO|ON|OFF     AUTO (default): the CUDA module too, where everything for it is found
//   DEEP_INSIDE_CUDA_ARCHITECTURES, DEEP_INSIDE_WERROR: as in CMakeLists.txt
//   DEEP_INSIDE_VERBOSE=1            show what the compiler says instead of keeping it in build/build.log
//   ONEDNN_ROOT, CUDNN_ROOT, CUBLAS_ROOT, CXX, CUDACXX    where things are
//   node scripts/build.js -DNAME=VALUE...                 any other CMake variable
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForOtherBuilds } from './build-lock.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const work = path.join(root, 'build', 'cmake');
const out = path.join(root, 'build', 'Release');
const log = path.join(root, 'build', 'build.log');
const stamp = path.join(work, 'deep-inside-stamp.json');
const verbose = Boolean(process.env.DEEP_INSIDE_VERBOSE);

main();

function main() {
  const asked = process.env.DEEP_INSIDE_CUDA || 'AUTO';
  const cuda = asked.toUpperCase();
  if (!['AUTO', 'ON', 'OFF'].includes(cuda))
    stop(`deep-inside: DEEP_INSIDE_CUDA must be AUTO, ON or OFF, got ${asked}`);
  requireTools();
  const variables = cmakeVariables();
  const tools = JSON.stringify(whatCMakeCannotChange(variables));
  waitForOtherBuilds(path.join(root, 'build', 'lock'));
  const goesOn = fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === tools;
  if (!goesOn) fs.rmSync(work, { recursive: true, force: true });
  fs.rmSync(stamp, { force: true });
  fs.rmSync(log, { force: true });
  fs.mkdirSync(out, { recursive: true });

  const isConfigured = configure(cuda, variables);
  // What CMake refuses by a line of its own leaves the folder as good as it was.
  if (isConfigured || summary()) fs.writeFileSync(stamp, tools);
  if (!isConfigured) fail(summary() ?? 'deep-inside: CMake could not configure the build');
  if (!goesOn) announce();
  if (!compile()) {
    // Once more without CUDA, which keeps what did compile for the CPU.
    const cudaIsOptional = cuda === 'AUTO' && summary().includes('CPU + CUDA');
    if (!cudaIsOptional || !configure('FAILED', variables) || !compile())
      fail('deep-inside: the native build failed, see build/build.log');
  }
  console.log(summary());
}

/** The tools that must be there before CMake can say anything useful itself. */
function requireTools() {
  const missing = [];
  if (!runs('cmake')) missing.push('CMake 3.21 or newer (install cmake)');
  if (process.platform !== 'win32') {
    if (![process.env.CXX, 'g++', 'clang++'].some(runs)) missing.push('a C++17 compiler (install g++)');
    if (!runs('ninja') && !runs('make')) missing.push('make or Ninja (install make)');
  }
  if (missing.length > 0) stop(`deep-inside: nothing can be built; missing: ${missing.join(', ')}`);
}

function runs(program) {
  return Boolean(program) && spawnSync(program, ['--version']).status === 0;
}

/** What the environment and the command line say beside DEEP_INSIDE_CUDA. */
function cmakeVariables() {
  const variables = {};
  for (const name of ['DEEP_INSIDE_CUDA_ARCHITECTURES', 'DEEP_INSIDE_WERROR'])
    if (process.env[name]) variables[name] = process.env[name];
  for (const argument of process.argv.slice(2)) {
    const [, name, value] = /^-D(\w+)=(.+)$/.exec(argument) ?? stop(`build.js: expected -DNAME=VALUE, got ${argument}`);
    variables[name] = value;
  }
  return variables;
}

/** A build folder configured with other ones of these is of no use. (Libraries are found anew each time.) */
function whatCMakeCannotChange(variables) {
  const cmake = String(spawnSync('cmake', ['--version']).stdout).split('\n')[0];
  const { CXX, LDFLAGS, CUDACXX, CUDAHOSTCXX, CUDAFLAGS, CUDAToolkit_ROOT, CUDA_PATH, CUDA_HOME } = process.env;
  const toolkit = CUDAToolkit_ROOT || CUDA_PATH || CUDA_HOME;
  return { work, cmake, ninja: runs('ninja'), CXX, LDFLAGS, CUDACXX, CUDAHOSTCXX, CUDAFLAGS, toolkit, variables };
}

/** Compiling from nothing is long enough to wonder. */
function announce() {
  const time = summary().includes('CUDA; ') ? 'several minutes' : '1 to 2 minutes';
  const where = verbose ? '' : '; what the compiler says is kept in build/build.log';
  console.error(`deep-inside: compiling, ${time} on two cores${where}`);
}

function configure(cuda, variables) {
  fs.rmSync(path.join(out, 'build-summary.txt'), { force: true });
  const all = { ...variables, DEEP_INSIDE_CUDA: cuda, DEEP_INSIDE_OUT: out };
  return cmakeJs('configure', ...Object.entries(all).map(([name, value]) => `--CD${name}=${value}`));
}

function compile() {
  return cmakeJs('build', '-p', String(os.availableParallelism()));
}

function cmakeJs(command, ...options) {
  const require = createRequire(import.meta.url);
  const program = path.join(path.dirname(require.resolve('cmake-js/package.json')), 'bin', 'cmake-js');
  const env = { ...process.env };
  for (const name of ['MAKEFLAGS', 'MAKELEVEL', 'MFLAGS']) delete env[name]; // node-gyp runs this under make
  const output = verbose ? 'inherit' : fs.openSync(log, 'a');
  const stdio = ['ignore', output, output];
  const { status } = spawnSync(process.execPath, [program, command, '-d', root, '-O', work, ...options], {
    env,
    stdio,
  });
  if (!verbose) fs.closeSync(output);
  return status === 0;
}

/** The line that CMake has written, or undefined if it did not get that far. */
function summary() {
  const file = path.join(out, 'build-summary.txt');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
}

function fail(line) {
  const isVerdict = line === summary();
  if (!verbose && !isVerdict) console.error(fs.readFileSync(log, 'utf8').split('\n').slice(-40).join('\n'));
  fs.writeFileSync(path.join(out, 'build-summary.txt'), line + '\n');
  stop(line);
}

function stop(line) {
  console.error(line);
  process.exit(1);
}
