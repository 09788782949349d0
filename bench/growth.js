/*
 * How the cost of saliency maps grows: with the batch (1 to 128), with the size of the input (to 1024 pixels, for a fully
 * convolutional net) and with the number of classes of one input (1 to 1000): milliseconds a map, and memory. To repeat:
 *
 *   npm run build:ts && node bench/growth.js --json growth.json
 *   node bench/growth.js --kinds batch --nets paper,squeezenet1_0 --rounds 3 --configuration tuned
 *
 * Every point is a process of its own (bench/peers/deep-inside.js), so that its memory is its own: `device` is what the
 * library holds for activations, gradients and scratch memory at the end (device.memory()), `resident` the whole process:
 * Node, the weights as read and as packed, and the results too. Times are medians of the rounds, each with other inputs
 * and classes.
 */
import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { count, counts, names, program } from './flags.js';
import { netNames } from './measure/cases.js';
import { describeRun } from './measure/machine.js';
import { ourselves } from './measure/peers.js';
import { drawer, prepareNet, startContestants, workFolder } from './measure/sessions.js';
import { summary } from './measure/statistics.js';
import { growthHeader, growthLine } from './report/growth.js';
import { textTable } from './report/table.js';

const flags = program('growth.js', 'How maps grow with batch, input and number of classes: milliseconds and memory.')
  .option('--kinds <list>', 'what grows', names(['batch', 'size', 'classes']), ['batch', 'size', 'classes'])
  .option('--nets <list>', 'for batches and classes', names(netNames), ['paper', 'vgg16', 'squeezenet1_0'])
  .option('--batches <list>', 'inputs of a batch', counts, [1, 2, 4, 8, 16, 32, 64, 128])
  .option('--sizes <list>', 'rows and columns of the input', counts, [128, 224, 320, 448, 640, 768, 1024])
  .option('--classes <list>', 'of one input', counts, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
  .option('--threads <n>', 'of this library', count, 2)
  .option('--rounds <n>', 'of each point', count, 5)
  .addOption(new Option('--configuration <name>', 'of this library').choices(['default', 'tuned']).default('default'))
  .option('--seed <n>', 'of weights, inputs and classes', count, 1)
  .option('--json <file>', 'where the result is written')
  .parse()
  .opts();

const { seed } = flags;

/** For each kind of growth: nets, the values of what grows, the case that one makes, the input's side, and how many inputs. */
const kinds = {
  batch: {
    nets: flags.nets,
    values: flags.batches,
    caseOf: (n) => ({ work: 'maps', n, classes: 1, results: n }),
    count: Math.max(...flags.batches),
  },
  size: {
    nets: ['squeezenet1_0'],
    values: flags.sizes,
    sideOf: (side) => side,
    caseOf: () => ({ work: 'maps', n: 1, classes: 1, results: 1 }),
    count: 8,
  },
  classes: {
    nets: flags.nets.filter((net) => net !== 'vgg16'),
    values: flags.classes,
    caseOf: (classes) => ({ work: 'classes', n: 1, classes, results: classes }),
    count: 8,
  },
};

/** One point, in a process of its own. */
async function measure(prepared, one, folder) {
  const start = ourselves([flags.configuration], folder.path('cache'));
  const { playing, absent } = await startContestants([start], prepared, flags.threads);
  if (absent.length > 0) throw new Error(absent[0].reason);
  const [us] = playing;
  const draw = drawer(prepared, seed);
  const { configuration } = flags;
  const call = () => us.ask({ work: one.work, configuration, ...draw(one), result: folder.path('result.f32') });
  try {
    await call();
    const times = [];
    while (times.length < flags.rounds) times.push((await call()).ms);
    const { memory } = await us.ask({ memory: true });
    const device = memory.tensors + memory.workspace;
    return { times: summary(times), device, weights: memory.weights, resident: memory.resident };
  } finally {
    us.stop();
  }
}

/** The points of one net, as far as memory goes: what fails ends its line. */
async function line(kind, net, folder) {
  const { values, sideOf, caseOf, count } = kinds[kind];
  const points = [];
  let prepared = null;
  for (const value of values) {
    const one = caseOf(value);
    if (!prepared || sideOf)
      prepared = await prepareNet({ source: net, activity: null, side: sideOf?.(value) }, { seed, folder, count });
    try {
      points.push({ kind, net, value, maps: one.results, ...(await measure(prepared, one, folder)) });
    } catch (error) {
      console.error(`${net}, ${kind} ${value}: ${error.message}`);
      break;
    }
    console.log(growthLine(points.at(-1)).join('  '));
  }
  return points;
}

async function main() {
  const folder = workFolder();
  const result = { run: await describeRun('bench/growth.js'), points: [] };
  try {
    for (const kind of flags.kinds) {
      for (const net of kinds[kind].nets) {
        result.points.push(...(await line(kind, net, folder)));
        if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
      }
    }
  } finally {
    folder.remove();
  }
  console.log(`\n${textTable(growthHeader, result.points.map(growthLine))}`);
}

await main();
