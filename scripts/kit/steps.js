import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { lackOfCompiler } from '../../bench/measure/peers.js';
import { gpuText } from '../../bench/report/gpu.js';
import { findSanitizer, gpuTests, lackOfSanitizer } from '../gpu-tests.js';
import { mochaArguments } from '../mocha.js';
import { builtLine } from './modules.js';

const tests = 'build/test';
/** Tests of the build and the package themselves, for which npm, cmake-js and TypeScript would have to be here. */
const leftOut = ['unit/build', 'package'];
const nets = ['paper', 'vgg16', 'squeezenet1_0'];
const precisions = ['float32', 'tf32', 'bfloat16'];

/** By name and in their order; each lists its jobs and runs those that are wanted. */
export const steps = { build, test, gpu, bench };

/**
 * Configured each time, in seconds, unless it could not become better: cuDNN may have come since, by pip or a module. What
 * CMake then says of it, and the architectures, are what a build is `of`.
 */
async function build(jobs, { wanted, host }) {
  const cuda = process.env.DEEP_INSIDE_CUDA ?? 'AUTO';
  const architectures = process.env.DEEP_INSIDE_CUDA_ARCHITECTURES ?? host.architectures;
  const { failed } = await compile('build', cuda);
  // The CPU's half can still be tested; `FAILED` is what scripts/build.js says in the same case.
  if (failed > 0 && cuda === 'AUTO') await compile('build/cpu', 'FAILED');

  function compile(job, backend) {
    const variables = {
      CMAKE_BUILD_TYPE: 'Release',
      ONEDNN_ROOT: resolve('../kit'),
      DEEP_INSIDE_CUDA: backend,
    };
    const gpus = architectures
      ? `-DDEEP_INSIDE_CUDA_ARCHITECTURES=${architectures}`
      : '-UDEEP_INSIDE_CUDA_ARCHITECTURES';
    const ninja = spawnSync('ninja', ['--version']).status === 0 ? ['-G', 'Ninja'] : [];
    const defined = Object.entries(variables).map(([name, value]) => `-D${name}=${value}`);
    const configure = ['cmake', '-S', '.', '-B', 'build/cmake', ...ninja, ...defined, gpus];
    const compileAll = ['cmake', '--build', 'build/cmake', '--parallel', String(availableParallelism())];
    const script = [configure, compileAll].map((words) => words.map((word) => `'${word}'`).join(' ')).join(' && ');
    const whole = `${script} && cat build/Release/build-summary.txt`;
    const kept = jobs.kept(job);
    let of = kept?.of;
    if (jobs.mayRun(job, { wanted }) && !servesAll(kept, architectures))
      of = { built: lineAfter(configure), architectures };
    return jobs.run(job, 'sh', ['-c', whole], { wanted, each: Infinity, of }); // a compiler that takes long does not hang
  }
}

/** Whether a build has CUDA, and for the GPUs here: also where it was made for all, perhaps on a machine without one. */
function servesAll(kept, architectures) {
  if (!kept?.passed || !kept.of.built.includes('CPU + CUDA') || process.env.DEEP_INSIDE_CUDA === 'OFF') return false;
  if (kept.of.architectures === architectures) return true;
  if (process.env.DEEP_INSIDE_CUDA_ARCHITECTURES) return false;
  const oldest = 75; // of CMakeLists.txt
  return (
    architectures === null ||
    (kept.of.architectures === null && architectures.split(';').every((one) => parseInt(one) >= oldest))
  );
}

/** What CMake says when it is configured so; '' where it does not get that far. */
function lineAfter([command, ...args]) {
  rmSync('build/Release/build-summary.txt', { force: true });
  spawnSync(command, args);
  return builtLine();
}

async function test(jobs, { wanted, host }) {
  const env = host.architectures ? { DEEP_INSIDE_DEMAND: 'cuda' } : {};
  for (const group of testGroups()) {
    const specs = group === 'unit' ? `${tests}/unit/*.test.js` : `${tests}/${group}/**/*.test.js`;
    if (leftOut.includes(group)) jobs.skip(`test/${group}`, 'needs npm and TypeScript, which are not in the kit');
    else await jobs.run(`test/${group}`, process.execPath, mochaArguments(specs), { wanted, env });
  }
}

/** The folders of tests; 'unit' are those that lie in it without a folder. */
function testGroups() {
  const folders = (at) => readdirSync(join(tests, at), { withFileTypes: true }).filter((one) => one.isDirectory());
  const top = folders('.').map(({ name }) => name);
  const rooms = folders('unit').map(({ name }) => `unit/${name}`);
  return [...top.filter((name) => name !== 'support' && name !== 'gpu'), ...rooms].sort();
}

/** A job for each file: one that breaks on a card where nothing has run before takes no other's results with it. */
async function gpu(jobs, { wanted, host }) {
  const reason = reasonAgainstCuda(host);
  if (reason && !jobs.hasKept('gpu')) return jobs.skip('gpu', reason);
  const prove = (step) =>
    gpuTests(step).map((file) => [`gpu/${step}/${file}`, ['scripts/test-gpu.js', `${step}/${file}`]]);
  const all = [prove('proofs')];
  if (findSanitizer()) all.push(...['memcheck', 'initcheck', 'racecheck'].map(prove));
  else jobs.skip('gpu/sanitizers', lackOfSanitizer);
  for (const [job, args] of all.flat()) await jobs.run(job, process.execPath, args, { wanted: wanted && !reason });
}

/** Batches 1 and 128 of all nets, then 10 and 32; what torch.compile takes its minutes for is apart, each batch alone. */
async function bench(jobs, { wanted, results, host }) {
  const reason = reasonAgainstCuda(host);
  if (reason && !jobs.hasKept('bench')) return jobs.skip('bench', reason);
  // What the jobs on one card share: not a part of the results, since the nets alone have 800 MB.
  const shared = `build/bench/${String(host.gpus).replaceAll(/\W+/g, '-')}`;
  const pairs = nets.flatMap((net) => precisions.map((precision) => [net, precision]));
  const measure = (name, net, precision, batches, compilers) => {
    const file = join(results, `bench-${name}.result.json`);
    const what = ['--nets', net, '--precisions', precision, '--batches', batches, '--compilers', compilers];
    const args = ['bench/gpu.js', ...what, '--keep', shared, '--json', file];
    return jobs.run(`bench/${name}`, process.execPath, args, { wanted: wanted && !reason });
  };
  const python = process.env.DEEP_INSIDE_PYTHON ?? 'python3';
  let lack; // asked for when the first job that needs a compiler is due
  for (const batches of [
    [1, 128],
    [10, 32],
  ]) {
    for (const [net, precision] of pairs)
      await measure(`${net}-${precision}-${batches.join('-')}`, net, precision, batches.join(), 'none');
    for (const batch of batches)
      for (const [net, precision] of pairs) {
        const name = `${net}-${precision}-compiled-${batch}`;
        if (jobs.isDue(`bench/${name}`, { wanted: wanted && !reason })) lack ??= lackOfCompiler(python) ?? '';
        if (!lack) await measure(name, net, precision, String(batch), 'alone');
      }
  }
  if (lack) jobs.skip('bench/compiled', lack);
}

/** What the benchmark has found so far, as a table; '' where there is none. */
export function benchTable(results) {
  const files = readdirSync(results).filter((name) => name.endsWith('.result.json'));
  const read = files.map((name) => JSON.parse(readFileSync(join(results, name), 'utf8')));
  return files.length > 0 ? `${gpuText(...read)}\n\n` : '';
}

/** Why nothing runs on CUDA here. Where there is a GPU there is no reason: what then does not work has failed. */
function reasonAgainstCuda(host) {
  if (host.architectures) return null;
  const program = `import('./dist/index.js').then(async ({ describeDevices }) => {
    console.log((await describeDevices()).find(({ kind }) => kind === 'cuda').reason ?? '');
  })`;
  return spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' }).stdout.trim().replaceAll('\n', ' ');
}
