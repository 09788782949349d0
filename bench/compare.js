/*
 * Saliency maps per second: this library through its public API beside every peer that is installed, interleaved in one
 * run. A map is one forward and one backward pass (Sect. 3.1). To repeat:
 *
 *   npm run bench -- --quick                        under two minutes: 2 threads, few rounds, no compilers among the peers
 *   npm run bench -- --python venv/bin/python --tfjs FOLDER --googlenet googlenet.onnx --json result.json --svg result.svg
 *   npm run bench -- --nets paper,vgg16 --batches 1,10 --threads 2 --rounds 20 --markdown
 *
 * Peers: `pip install torch tensorflow-cpu onnxruntime onnx` for the Python of --python (else $DEEP_INSIDE_PYTHON, else
 * python3); `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` in the FOLDER of --tfjs. Each is a process of
 * its own that stays alive (bench/peers), gets the same weights, and in every round the same inputs and classes, other
 * ones than in the round before. Times are medians with quartiles over the rounds. What counts is the time from an input
 * that lies in memory in the form that the contestant likes best to a float32 map in memory; for this library that is a
 * dense array, so that its reordering is in its time. Each map is compared with this library's. The nets have random
 * weights from --seed, except GoogLeNet; in paper-35 and paper-20, the biases of conv5, fc6 and fc7 are lowered by one
 * number each so that 35 % or 20 % of pool5, fc6 and fc7 are above zero (bench/measure/activity.js). The floor is what the
 * machine needs for direct convolutions and dense matrices (bench/measure/floor.js), from its peak FLOP/s and memory
 * bandwidth, the best of a short measurement before each row (bench/machine/peak.cc). The file of --json is written
 * after every row, and interrupting keeps the rows that are done.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { casesOf, chosenNets } from './measure/cases.js';
import { floorMs } from './measure/floor.js';
import { describeRun, measureMachine } from './measure/machine.js';
import { findPeers, ourselves } from './measure/peers.js';
import { playRow } from './measure/rounds.js';
import { drawer, prepareNet, startContestants, workFolder } from './measure/sessions.js';
import { comparisonPlot } from './report/comparison-plot.js';
import { comparisons, entryLine, summaryHeader, summaryLine } from './report/rows.js';
import { markdownTable, textTable } from './report/table.js';

const quick = process.argv.includes('--quick');
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    nets: {
      type: 'string',
      default: quick ? 'paper,paper-20,vgg16,squeezenet1_0' : 'paper,paper-35,paper-20,vgg16,squeezenet1_0',
    },
    googlenet: { type: 'string' },
    batches: { type: 'string', default: quick ? '1,10' : '1,10,32' },
    threads: { type: 'string', default: quick ? '2' : '1,2' },
    rounds: { type: 'string', default: quick ? '5' : '15' },
    seconds: { type: 'string', default: quick ? '0' : '20' },
    python: { type: 'string', default: process.env.DEEP_INSIDE_PYTHON ?? 'python3' },
    tfjs: { type: 'string' },
    tune: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    svg: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
});

const seed = Number(flags.seed);
const threadCounts = flags.threads.split(',').map(Number);
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const { signal } = interruption;

/** Everything that is known so far, as --json holds it. */
const result = { machine: {}, rows: [], absent: [] };
/** What gives each row's floor for a machine. */
const floors = new Map();

function say(text) {
  if (!flags.markdown) console.log(text);
}

function save() {
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
}

function sayAbsent({ name, reason }, where = '') {
  result.absent.push({ name, reason, ...(where && { where }) });
  say(`${name} does not take part${where && ` in ${where}`}: ${reason}`);
}

/** The rows of one net on one number of threads. */
async function playNet(net, prepared, starts, threads, folder) {
  const { playing, absent } = await startContestants(starts, prepared, threads);
  for (const one of absent) sayAbsent(one, `${net.name}, ${threads} threads`);
  result.versions = { ...result.versions, ...Object.fromEntries(playing.map(({ name, version }) => [name, version])) };
  const draw = drawer(prepared, seed);
  const until = { rounds: Number(flags.rounds), seconds: Number(flags.seconds) };
  for (const one of casesOf(net, flags.batches.split(',').map(Number), quick)) {
    const entries = await playRow(playing, one, { draw, until, result: folder.path('result.f32'), signal });
    if (signal.aborted) break;
    const row = { net: net.name, threads, ...one, floorMs: null, activity: prepared.activity, entries };
    result.rows.push(row);
    floors.set(row, (machine) => floorMs(prepared.layers, one, machine));
    measure(threads);
    save();
    say(`\n${row.net}, ${row.label}, ${threads} threads; floor ${row.floorMs?.toFixed(2) ?? 'unknown'} ms`);
    for (const entry of entries) say(entryLine(row, entry));
  }
  for (const contestant of playing) contestant.stop();
}

/** Looks again what the machine can do: other work may have hidden it before. All floors follow the best that was seen. */
function measure(threads) {
  const seen = measureMachine(threads);
  if (seen.reason) return seen.reason;
  const known = result.machine[threads] ?? { flops: 0, bandwidth: 0 };
  const [flops, bandwidth] = ['flops', 'bandwidth'].map((what) => Math.max(known[what], seen[what]));
  result.machine[threads] = { flops, bandwidth };
  for (const [row, floor] of floors) if (row.threads === threads) row.floorMs = floor(result.machine[threads]);
  return null;
}

function setUp() {
  const found = findPeers({ python: flags.python, tfjs: flags.tfjs, compilers: !quick });
  for (const peer of found.filter(({ reason }) => reason)) sayAbsent(peer);
  const reasons = threadCounts.map(measure);
  if (reasons[0]) say(`no floors: ${reasons[0]}`);
  return [ourselves({ tune: flags.tune }), ...found.filter(({ command }) => command)];
}

function report() {
  const lines = result.rows.flatMap(comparisons).map(summaryLine);
  const versions = Object.entries(result.versions ?? {}).map((pair) => pair.join(' '));
  if (flags.markdown) console.log(`${result.run.machine}; ${versions.join(', ')}; \`${result.run.command}\`\n`);
  console.log(flags.markdown ? markdownTable(summaryHeader, lines) : `\n${textTable(summaryHeader, lines)}`);
  for (const [threads, { flops, bandwidth }] of Object.entries(result.machine)) {
    const peak = `${(flops / 1e9).toFixed(0)} GFLOP/s and ${(bandwidth / 1e9).toFixed(0)} GB/s from memory`;
    console.log(`\nThe machine reached ${peak} on ${threads} threads.`);
  }
  if (flags.svg) writeFileSync(flags.svg, comparisonPlot(result.rows, `Maps per second, ${result.run.machine}`));
}

async function main() {
  const names = [
    ...flags.nets.split(','),
    ...(flags.googlenet && !flags.nets.includes('googlenet') ? ['googlenet'] : []),
  ];
  const chosen = chosenNets(names, flags.googlenet);
  result.run = await describeRun('bench/compare.js');
  for (const [key, value] of Object.entries(result.run)) say(`${key}: ${value}`);
  const starts = setUp();
  if (!flags.googlenet && flags.nets.includes('googlenet'))
    sayAbsent({ name: 'googlenet', reason: 'no --googlenet FILE' });
  const folder = workFolder();
  try {
    for (const net of chosen) {
      if (signal.aborted) break;
      const prepared = await prepareNet(net, { seed, folder });
      if (prepared.activity) say(`\n${net.name}: active ${JSON.stringify(prepared.activity)}`);
      for (const threads of threadCounts) if (!signal.aborted) await playNet(net, prepared, starts, threads, folder);
    }
  } finally {
    folder.remove();
  }
  report();
  if (signal.aborted) process.exitCode = 130;
}

await main();
