/*
 * Saliency maps per second on a GPU: this library through its public API beside PyTorch on the same card, in the same
 * precision, interleaved in one run, and beside what the card's multiplications and memory reach. To repeat, after a build:
 *
 *   node bench/gpu.js                                    all nets, precisions and batches: an hour, most of it torch.compile
 *   node bench/gpu.js --quick                            batches 1 and 128, no torch.compile
 *   node bench/gpu.js --nets paper --precisions float32 --python venv/bin/python --json result.json
 *   node bench/gpu.js --keep FOLDER                      ceilings, nets and inputs for the next run from FOLDER, or there
 *   node bench/gpu.js --device cpu --nets squeezenet1_0 --batches 1,2      the same without a GPU, to try it out
 *
 * Each contestant is a process of its own (bench/peers) which keeps its network on the card. In each round they are
 * called in turn, with the same inputs and classes; a call goes from inputs in the host's memory to maps there, and is
 * repeated where it is short. Before any time counts, the maps are compared; what gives others is refused. PyTorch plays
 * eager, in channels_last, through torch.compile and as CUDA graphs (bench/peers/pytorch.py); without it there are this
 * library's numbers alone. Weights are random, from --seed.
 *
 * The result is written after every row: as JSON and as a page with tables beside it, by default in bench/results.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeDevices } from 'deep-inside';
import { count, counts, duration, names, program } from './flags.js';
import { casesOf, chosenNets } from './measure/cases.js';
import { keptCeilings } from './measure/ceilings.js';
import { driverVersion } from './measure/driver.js';
import { keptFolder, NotKept } from './measure/kept.js';
import { describeRun } from './measure/machine.js';
import { findPyTorch, ourselves, troubleWith } from './measure/peers.js';
import { playRow } from './measure/rounds.js';
import { drawer, keptNet, startContestants, workFolder } from './measure/sessions.js';
import { gpuPage, gpuText } from './report/gpu.js';

const netNames = ['paper', 'vgg16', 'squeezenet1_0'];
const precisions = ['float32', 'tf32', 'bfloat16'];
const compilers = ['none', 'too', 'alone'];
/**
 * Median of |a - b| / |b| above which maps are others. Where sums are rounded in another order a ReLU or a switch flips,
 * and where factors are rounded many do: PyTorch's maps in bfloat16 differ by 0.24 from ours in float32, on the CPU, for
 * SqueezeNet and VGG-16 with random weights. Choice: about twice that, and 0.2 for tf32.
 */
const differences = { float32: 0.05, tf32: 0.2, bfloat16: 0.5 };
/** Different inputs; each call takes some of them. */
const inputs = 128;
/** Calls are repeated until about so many maps are made: on the CPU none is too short to be timed. */
const mapsInARow = { cuda: 20, cpu: 1 };

const command = program('gpu.js', 'Maps per second on a GPU, beside PyTorch and the ceilings of the card.')
  .option('--quick', 'batches 1 and 128, no torch.compile')
  .option('--nets <list>', `of ${netNames.join(', ')}`, names(netNames), netNames)
  .option('--precisions <list>', `of ${precisions.join(', ')}`, names(precisions), precisions)
  .option('--batches <list>', 'such as 1,10; default: 1,10,32,128, with --quick 1,128', counts)
  .option('--configurations <list>', 'of this library', names(['default', 'tuned']), ['default', 'tuned'])
  .option('--rounds <n>', 'of each row', count, 10)
  .option('--minutes <n>', 'of the whole run: then no row begins', duration, Infinity)
  .option('--device <kind>', 'cuda, or cpu to try it out', names(['cuda', 'cpu']), ['cuda'])
  .option('--threads <n>', 'of the CPU', count, 2)
  .option('--python <file>', 'with PyTorch; default: $DEEP_INSIDE_PYTHON, else python3')
  .option('--compilers <which>', 'torch.compile: none, too, or alone of all PyTorch', names(compilers), ['too'])
  .option('--seed <n>', 'of weights, inputs and classes', count, 1)
  .option(
    '--keep <folder>',
    'of what several runs on one card share: ceilings, nets, what tuning finds; made if missing',
  )
  .option('--json <file>', 'where the result is written; default: bench/results/DATE-DEVICE.json')
  .parse();
const flags = command.opts();
const [kind] = flags.device;
const batches = flags.batches ?? (flags.quick ? [1, 128] : [1, 10, 32, 128]);
const python = flags.python ?? process.env.DEEP_INSIDE_PYTHON ?? 'python3';
const deadline = performance.now() + 60_000 * flags.minutes;
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const { signal } = interruption;
const result = { run: null, ceilings: null, rows: [], absent: [], versions: {} };

function stop(message) {
  console.error(`gpu.js: ${message}`);
  process.exit(1);
}

async function describe() {
  const trouble = flags.python && troubleWith(flags.python);
  if (trouble) command.error(`--python: ${flags.python} ${trouble}; give the path of a Python with PyTorch, or none`);
  const run = await describeRun('bench/gpu.js', kind);
  if (!run.device) stop(`no usable ${kind} device, nothing was measured: ${await reasonAgainst(kind)}`);
  return { ...run, driver: kind === 'cuda' ? driverVersion() : 'none' };
}

/** Why there is no such device, in one line. */
async function reasonAgainst(kind) {
  const { reason } = (await describeDevices()).find((one) => one.kind === kind);
  return reason.replaceAll(/\s+/g, ' ');
}

function jsonFile() {
  if (flags.json) return flags.json;
  const device = result.run.device.replaceAll(/[^\w.]+/g, '-').toLowerCase();
  return fileURLToPath(new URL(`results/${result.run.date.slice(0, 10)}-${device}.json`, import.meta.url));
}

function save() {
  const file = jsonFile();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${file.replace(/\.json$/, '')}.md`, gpuPage(result));
}

function sayAbsent({ name, reason }) {
  if (!result.absent.some((one) => one.name === name && one.reason === reason)) result.absent.push({ name, reason });
  console.log(`${name} takes no part: ${reason}`);
}

/** The rows of one net in one precision. */
async function playNet(net, prepared, precision, folder) {
  const place = { device: kind, precision };
  const peer = findPyTorch({ python, compilers: flags.quick ? 'none' : flags.compilers[0] }, place);
  if (peer.reason) sayAbsent(peer);
  // What `tune: true` chooses among is there in float32 alone: elsewhere it would only be the best of two equal runs.
  const configurations = precision === 'float32' ? flags.configurations : ['default'];
  const starts = [ourselves(configurations, folder.path('cache'), place), ...(peer.command ? [peer] : [])];
  const { playing, absent } = await startContestants(starts, prepared, flags.threads);
  absent.forEach(sayAbsent);
  for (const { name, version } of playing) result.versions[name] = version;
  const draw = drawer(prepared, flags.seed);
  const [flops, bytes] = ['flops', 'bytes'].map(
    (key) => 2 * prepared.layers.reduce((sum, layer) => sum + layer[key], 0),
  );
  const size = precision === 'bfloat16' ? bytes / 2 : bytes;
  for (const one of casesOf(net, batches, false).filter(({ work }) => work === 'maps')) {
    if (signal.aborted || performance.now() >= deadline) break;
    const asked = { ...one, calls: Math.ceil(mapsInARow[kind] / one.n), difference: differences[precision] };
    const until = { rounds: flags.rounds, seconds: 0, deadline };
    const tolerated = { own: Infinity, all: Infinity };
    const entries = await playRow(playing, asked, {
      draw,
      until,
      result: folder.path('result.f32'),
      signal,
      tolerated,
    });
    result.rows.push({ net: net.name, precision, flops, bytes: size, ...asked, entries });
    save();
    console.log(`\n${gpuText({ ...result, rows: result.rows.slice(-1) })}`);
  }
  for (const contestant of playing) contestant.stop();
}

async function main() {
  result.run = await describe();
  for (const [key, value] of Object.entries(result.run)) console.log(`${key}: ${value}`);
  const folder = flags.keep ? keptFolder(flags.keep) : workFolder();
  try {
    result.ceilings = await keptCeilings(kind, python, result.run, folder.path('ceilings.json'));
    console.log(`ceilings: ${JSON.stringify(result.ceilings)}`);
    for (const net of chosenNets(flags.nets)) {
      if (signal.aborted) break;
      const prepared = await keptNet(net, { seed: flags.seed, folder, count: Math.max(inputs, ...batches) });
      for (const precision of flags.precisions) await playNet(net, prepared, precision, folder);
    }
  } finally {
    folder.remove();
  }
  console.log(`\n${gpuText(result)}\n\nwritten to ${jsonFile()}`);
  if (signal.aborted) process.exitCode = 130;
}

await main().catch((error) => {
  if (!(error instanceof NotKept)) throw error;
  stop(error.message);
});
