/*
 * Saliency maps per second: this library through its public API beside every peer that is installed, interleaved in one
 * run. A map is one forward and one backward pass (Sect. 3.1). To repeat:
 *
 *   npm run bench -- --quick                        under two minutes: 2 threads, few rounds, no compilers among the peers
 *   npm run bench -- --python venv/bin/python --tfjs FOLDER --googlenet googlenet.onnx --json result.json
 *   npm run bench -- --nets paper,vgg16 --batches 1,10 --threads 2 --rounds 20
 *
 * Peers: `pip install torch tensorflow-cpu onnxruntime onnx` for the Python of --python (else $DEEP_INSIDE_PYTHON, else
 * python3); `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` in the FOLDER of --tfjs. Each is a process of
 * its own that stays alive (bench/peers), gets the same weights, and in every round the same inputs and classes, other
 * ones than in the round before. This library plays twice, as it is and with `tune: true`. Times are medians with quartiles over the rounds. What counts is the time from an input
 * that lies in memory in the form that the contestant likes best to a float32 map in memory; for this library that is a
 * dense array, so that its reordering is in its time. Each map is compared with this library's. The nets have random
 * weights from --seed, except GoogLeNet; in paper-35 and paper-20, the biases of conv5, fc6 and fc7 are lowered by one
 * number each so that 35 % or 20 % of pool5, fc6 and fc7 are above zero (bench/measure/activity.js). The floor is what the
 * machine needs for direct convolutions and dense matrices (bench/measure/floor.js), from its peak FLOP/s and memory
 * bandwidth, the best of a short measurement before each row (bench/machine/peak.cc). The file of --json is written
 * after every row, and interrupting keeps the rows that are done. bench/document.js makes tables and a plot of it.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { casesOf, chosenNets } from './measure/cases.js';
import { describeRun } from './measure/machine.js';
import { Peaks } from './measure/peaks.js';
import { findPeers, ourselves } from './measure/peers.js';
import { playRow } from './measure/rounds.js';
import { drawer, prepareNet, startContestants, workFolder } from './measure/sessions.js';
import { comparisons, contestantHeader, contestantLines, summaryHeader, summaryLine } from './report/rows.js';
import { textTable } from './report/table.js';

const quick = process.argv.includes('--quick');
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    nets: {
      type: 'string',
      default: quick ? 'paper,vgg16,squeezenet1_0' : 'paper,paper-35,paper-20,vgg16,squeezenet1_0',
    },
    googlenet: { type: 'string' },
    batches: { type: 'string', default: quick ? '1,10' : '1,10,32' },
    threads: { type: 'string', default: quick ? '2' : '1,2' },
    rounds: { type: 'string', default: quick ? '5' : '15' },
    seconds: { type: 'string', default: quick ? '0' : '20' },
    python: { type: 'string', default: process.env.DEEP_INSIDE_PYTHON ?? 'python3' },
    tfjs: { type: 'string' },
    configurations: { type: 'string', default: 'default,tuned' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

const seed = Number(flags.seed);
const threadCounts = flags.threads.split(',').map(Number);
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const { signal } = interruption;

/** Everything that is known so far, as --json holds it. */
const result = { rows: [], absent: [], versions: {} };
const peaks = new Peaks();

function save() {
  result.machine = peaks.known;
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
}

function sayAbsent({ name, reason }, where = '') {
  result.absent.push({ name, reason, ...(where && { where }) });
  console.log(`${name} does not take part${where && ` in ${where}`}: ${reason}`);
}

/** The rows of one net on one number of threads. */
async function playNet(net, prepared, starts, threads, folder) {
  const { playing, absent } = await startContestants(starts, prepared, threads);
  for (const one of absent) sayAbsent(one, `${net.name}, ${threads} threads`);
  for (const { name, version } of playing) result.versions[name] = version;
  const draw = drawer(prepared, seed);
  const until = { rounds: Number(flags.rounds), seconds: Number(flags.seconds) };
  for (const one of casesOf(net, flags.batches.split(',').map(Number), quick)) {
    const entries = await playRow(playing, one, { draw, until, result: folder.path('result.f32'), signal });
    if (signal.aborted) break;
    const row = { net: net.name, threads, ...one, floorMs: null, activity: prepared.activity, entries };
    result.rows.push(row);
    peaks.watch(row, prepared.layers);
    peaks.look(threads);
    save();
    console.log(`\n${row.net}, ${row.label}, ${threads} threads; floor ${row.floorMs?.toFixed(2) ?? 'unknown'} ms`);
    console.log(
      textTable(
        contestantHeader.slice(3),
        contestantLines(row).map((cells) => cells.slice(3)),
      ),
    );
  }
  for (const contestant of playing) contestant.stop();
}

/** Who is to be started, and the first look at the machine. */
function setUp(folder) {
  const found = findPeers({ python: flags.python, tfjs: flags.tfjs, compilers: !quick });
  for (const peer of found.filter(({ reason }) => reason)) sayAbsent(peer);
  const reasons = threadCounts.map((threads) => peaks.look(threads));
  if (reasons[0]) console.log(`no floors: ${reasons[0]}`);
  const us = ourselves(flags.configurations.split(','), folder.path('cache'));
  return [us, ...found.filter(({ command }) => command)];
}

function report() {
  console.log(`\n${textTable(summaryHeader, result.rows.flatMap(comparisons).map(summaryLine))}`);
  for (const [threads, { flops, bandwidth }] of Object.entries(peaks.known)) {
    const peak = `${(flops / 1e9).toFixed(0)} GFLOP/s and ${(bandwidth / 1e9).toFixed(0)} GB/s from memory`;
    console.log(`\nThe machine reached ${peak} on ${threads} threads.`);
  }
}

async function main() {
  const names = [
    ...flags.nets.split(','),
    ...(flags.googlenet && !flags.nets.includes('googlenet') ? ['googlenet'] : []),
  ];
  const chosen = chosenNets(names, flags.googlenet);
  result.run = await describeRun('bench/compare.js');
  for (const [key, value] of Object.entries(result.run)) console.log(`${key}: ${value}`);
  if (!flags.googlenet) sayAbsent({ name: 'googlenet', reason: 'no --googlenet FILE' });
  const folder = workFolder();
  try {
    const starts = setUp(folder);
    for (const net of chosen) {
      if (signal.aborted) break;
      const prepared = await prepareNet(net, { seed, folder });
      if (prepared.activity) console.log(`\n${net.name}: active ${JSON.stringify(prepared.activity)}`);
      for (const threads of threadCounts) if (!signal.aborted) await playNet(net, prepared, starts, threads, folder);
    }
  } finally {
    folder.remove();
  }
  report();
  if (signal.aborted) process.exitCode = 130;
}

await main();
