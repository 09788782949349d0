/*
 * Saliency maps per second: this library through its public API beside every peer that is installed, interleaved in one
 * run. A map is one forward and one backward pass (Sect. 3.1). To repeat:
 *
 *   npm run bench -- --quick                        about two minutes: 2 threads, few rounds, no compilers among the peers
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
 *
 * --minutes bounds the run: once they are over no row but the first begins, and one that has begun ends after its
 * round. What it may take longer is one row's start: loading the net in every peer, three calls to warm up and one round.
 */
import { writeFileSync } from 'node:fs';
import { count, counts, duration, names, program } from './flags.js';
import { casesOf, chosenNets, netNames } from './measure/cases.js';
import { describeRun } from './measure/machine.js';
import { Peaks } from './measure/peaks.js';
import { findPeers, ourselves, troubleWith } from './measure/peers.js';
import { playRow } from './measure/rounds.js';
import { drawer, prepareNet, startContestants, workFolder } from './measure/sessions.js';
import { comparisons, contestantHeader, contestantLines, legend, summaryHeader, summaryLine } from './report/rows.js';
import { textTable } from './report/table.js';

/** Of --quick, and of the whole run; what is given as a flag counts more. */
const defaults = {
  quick: {
    nets: ['paper', 'squeezenet1_0', 'vgg16'],
    batches: [1, 10],
    threads: [2],
    rounds: 5,
    seconds: 0,
    minutes: 2,
    configurations: ['default'],
  },
  whole: {
    nets: ['paper', 'paper-35', 'paper-20', 'vgg16', 'squeezenet1_0'],
    batches: [1, 10, 32],
    threads: [1, 2],
    rounds: 15,
    seconds: 20,
    minutes: Infinity,
    configurations: ['default', 'tuned'],
  },
};
const command = program('compare.js', 'Maps per second of this library beside every peer that is installed.')
  .option('--quick', 'a few rows, rounds and minutes, no compilers among the peers, nothing tuned')
  .option('--nets <list>', `of ${[...netNames, 'googlenet'].join(', ')}`, names())
  .option('--googlenet <file>', 'an ONNX file, adds the net googlenet')
  .option('--batches <list>', 'such as 1,10', counts)
  .option('--threads <list>', 'such as 1,2', counts)
  .option('--rounds <n>', 'of each row, at least', count)
  .option('--seconds <n>', 'of each row, at least', duration)
  .option('--minutes <n>', 'of the whole run: then no row and no further round begins', duration)
  .option('--python <file>', 'of the peers; default: $DEEP_INSIDE_PYTHON, else python3')
  .option('--tfjs <folder>', 'whose node_modules hold tfjs')
  .option('--configurations <list>', 'of this library', names(['default', 'tuned']))
  .option('--seed <n>', 'of weights, inputs and classes', count, 1)
  .option('--json <file>', 'where the result is written')
  .parse();
const given = command.opts();
const flags = { ...defaults[given.quick ? 'quick' : 'whole'], ...given };
const { quick, seed, threads: threadCounts } = flags;
const deadline = performance.now() + 60_000 * flags.minutes;
const isLate = () => result.rows.length > 0 && performance.now() >= deadline;

const chosen = netsAsked();
const python = pythonAsked();
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

function sayLeftOut(what) {
  console.log(`left out, since the ${flags.minutes} minutes are over (--minutes): ${what}`);
}

/** The rows of one net on one number of threads. */
async function playNet(net, prepared, starts, threads, folder) {
  const { playing, absent } = await startContestants(starts, prepared, threads);
  for (const one of absent) sayAbsent(one, `${net.name}, ${threads} threads`);
  for (const { name, version } of playing) result.versions[name] = version;
  const draw = drawer(prepared, seed);
  const until = { rounds: flags.rounds, seconds: flags.seconds, deadline };
  for (const one of casesOf(net, flags.batches, quick)) {
    if (isLate()) {
      sayLeftOut(`${net.name}, ${one.label}, ${threads} threads`);
      continue;
    }
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
  const found = findPeers({ python, tfjs: flags.tfjs, compilers: !quick });
  for (const peer of found.filter(({ reason }) => reason)) sayAbsent(peer);
  const reasons = threadCounts.map((threads) => peaks.look(threads));
  if (reasons[0]) console.log(`no floors: ${reasons[0]}`);
  const us = ourselves(flags.configurations, folder.path('cache'));
  return [us, ...found.filter(({ command }) => command)];
}

function report() {
  console.log(`\n${textTable(summaryHeader, result.rows.flatMap(comparisons).map(summaryLine))}`);
  console.log(`\n${legend}`);
  for (const [threads, { flops, bandwidth }] of Object.entries(peaks.known)) {
    const peak = `${(flops / 1e9).toFixed(0)} GFLOP/s and ${(bandwidth / 1e9).toFixed(0)} GB/s from memory`;
    console.log(`\nThe machine reached ${peak} on ${threads} threads.`);
  }
}

function netsAsked() {
  const { nets, googlenet } = flags;
  try {
    return chosenNets([...nets, ...(googlenet && !nets.includes('googlenet') ? ['googlenet'] : [])], googlenet);
  } catch (error) {
    return command.error(error.message);
  }
}

/** The interpreter of the peers in Python; one that was asked for must be one. */
function pythonAsked() {
  const asked = flags.python ?? process.env.DEEP_INSIDE_PYTHON;
  const trouble = asked && troubleWith(asked);
  const where = flags.python ? '--python' : 'DEEP_INSIDE_PYTHON';
  if (trouble) command.error(`${where}: ${asked} ${trouble}; give the path of a Python with the peers, or none`);
  return asked ?? 'python3';
}

async function main() {
  result.run = await describeRun('bench/compare.js');
  for (const [key, value] of Object.entries(result.run)) console.log(`${key}: ${value}`);
  if (!flags.googlenet) sayAbsent({ name: 'googlenet', reason: 'no --googlenet FILE' });
  const folder = workFolder();
  try {
    const starts = setUp(folder);
    for (const net of chosen) {
      if (signal.aborted) break;
      if (isLate()) {
        sayLeftOut(net.name);
        continue;
      }
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
