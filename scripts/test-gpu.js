/*
 * Proves the CUDA backend on a machine with a GPU, after a build: `npm run test:gpu`, or some of the steps:
 *
 *   node scripts/test-gpu.js [suite] [proofs] [memcheck] [initcheck] [racecheck]
 *   node scripts/test-gpu.js proofs/memory memcheck/operations      one file of test/gpu alone
 *
 * suite      every test but test/gpu, on the CPU and on CUDA; one that CUDA cannot run fails
 * proofs     test/gpu: CUDA beside the CPU, replayed beside eager, 20 runs, memory
 * memcheck, initcheck, racecheck   operations, layers and small networks under compute-sanitizer, where it is found
 *
 * Without a usable GPU it says in one line why, and exits with 1. What the steps print is kept in build/test-gpu. The
 * last line is: N passed, N failed, N skipped, where a sanitizer counts as one. On a card that others use too, the
 * memory tests may fail, or make the others fail: they fill it for a moment.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driverVersion } from '../bench/measure/driver.js';
import { textTable } from '../bench/report/table.js';
import { describeDevices } from '../dist/index.js';
import { findSanitizer, gpuTestFile, gpuTests, lackOfSanitizer } from './gpu-tests.js';
import { closingLine, countsIn, mochaArguments } from './mocha.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const tests = 'build/test';
const logs = 'build/test-gpu';

/** Each given the files of test/gpu that it is to take. */
const steps = {
  suite: () => mocha('suite', `${tests}/**/*.test.js`, '--ignore', `${tests}/gpu/**`),
  proofs: (files) => mocha('proofs', ...files),
  memcheck: (files) => sanitize('memcheck', ['--report-api-errors', 'no'], files),
  initcheck: (files) => sanitize('initcheck', [], files),
  racecheck: (files) => sanitize('racecheck', [], files),
};

function stop(line) {
  console.error(`test-gpu: ${line}`);
  process.exit(1);
}

/** Runs a program, shows and keeps what it prints: { code, text }. */
async function run(step, command, args) {
  console.log(`\n=== ${step}: ${[command, ...args].join(' ')}`);
  const env = { ...process.env, DEEP_INSIDE_DEMAND: 'cuda' };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(logs, `${step}.log`));
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part) => {
      process.stdout.write(part);
      log.write(part);
      text += part;
    });
  const [code, signal] = await new Promise((resolve) => child.on('close', (...ends) => resolve(ends)));
  log.end();
  return { code: signal ?? code, text };
}

async function mocha(step, ...specs) {
  const { code, text } = await run(step, process.execPath, mochaArguments(...specs));
  const counts = countsIn(text) ?? { passed: 0, failed: 0, skipped: 0 };
  const broke = code !== 0 && counts.failed === 0;
  return broke ? { ...counts, failed: 1, said: `ended with ${code}` } : { ...counts, said: '' };
}

async function sanitize(tool, options, files) {
  const program = findSanitizer();
  if (!program) return skip(tool, lackOfSanitizer);
  const own = ['--tool', tool, '--error-exitcode', '9', '--target-processes', 'all', '--launch-timeout', '300'];
  const node = [process.execPath, ...mochaArguments('--timeout', '0', ...files)];
  const { code, text } = await run(tool, program, [...own, ...options, ...node]);
  const summary = /^=+ .*SUMMARY: .*$/m.exec(text)?.[0].replace(/^=+ /, '');
  const clean = code === 0 && summary !== undefined;
  return { passed: Number(clean), failed: Number(!clean), skipped: 0, said: summary ?? `ended with ${code}` };
}

function skip(step, reason) {
  console.log(`\n=== ${step}: SKIPPED: ${reason}`);
  return { passed: 0, failed: 0, skipped: 1, said: reason };
}

/** The comment at the head of this file. */
function help() {
  const source = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  return source
    .slice(0, source.indexOf(' */'))
    .replaceAll(/^(\/\*\n| \* ?)/gm, '')
    .trim();
}

/** What the results are of: the card, its driver and the libraries. */
async function describeCard() {
  const cuda = (await describeDevices()).find(({ kind }) => kind === 'cuda');
  if (!cuda.usable) stop(`no usable CUDA device, nothing was tested: ${cuda.reason.replaceAll('\n', ' ')}`);
  return `${new Date().toISOString().slice(0, 10)}, ${cuda.name}, driver ${driverVersion()}, ${cuda.versions}`;
}

/** A step, or STEP/FILE. */
function take(name) {
  const [step, file] = name.split('/');
  if (step === 'suite') return steps.suite();
  const names = gpuTests(step);
  if (file !== undefined && !names.includes(file)) stop(`${step} has no ${file}, only ${names.join(', ')}`);
  return steps[step]((file === undefined ? names : [file]).map(gpuTestFile));
}

async function main() {
  const asked = process.argv.slice(2);
  if (asked.some((name) => name === '--help' || name === '-h')) return console.log(help());
  const strange = asked.find((name) => !(name.split('/')[0] in steps));
  if (strange !== undefined) stop(`${strange} is none of ${Object.keys(steps).join(', ')}, --help`);
  const card = await describeCard();
  if (!existsSync(`${tests}/gpu`)) stop('the tests are not compiled; run npx tsc -p test/tsconfig.json');
  mkdirSync(logs, { recursive: true });
  console.log(card);
  const results = [];
  for (const step of asked.length > 0 ? asked : Object.keys(steps)) {
    const began = performance.now();
    const result = await take(step);
    results.push({ step, ...result, seconds: Math.round((performance.now() - began) / 1000) });
  }
  const columns = ['step', 'passed', 'failed', 'skipped', 'seconds', 'said'];
  const rows = results.map((result) => columns.map((column) => result[column]));
  console.log(`\n${card}\n${textTable(columns, rows)}\n${closingLine(results)}`);
  const isProof = results.some(({ passed }) => passed > 0) && results.every(({ failed }) => failed === 0);
  process.exitCode = isProof ? 0 : 1;
}

await main();
