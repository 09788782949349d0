/*
 * Where the time of a saliency map goes: every operation of the forward and of the backward pass, run alone between two
 * syncs, with GFLOP/s of the direct computation (a Winograd convolution may lie above the machine's peak) and GB/s of
 * the tensors and weights that it touches (active rows alone may lie above the memory's bandwidth). To repeat:
 *
 *   npm run build:ts && node bench/profile.js --net paper --batch 1
 *   node bench/profile.js --net vgg16 --batch 10 --threads 1 --rounds 10 --tune --json profile.json
 *   node bench/profile.js --net googlenet.onnx
 *   node bench/profile.js --classes 5                    several maps of each image, as many as fit by one backward pass
 *
 * Times are medians of the rounds, each a whole pass with another input and class; the time of an empty sync is taken
 * off. The last lines give the sum, and the time of the whole pass as the library runs it, recorded and replayed.
 */
import { writeFileSync } from 'node:fs';
import { openDevice } from 'deep-inside';
import { createLayers } from '#lib/net/layer-of.js';
import { Pass } from '#lib/net/pass.js';
import { cacheFolder, TuningCache } from '#lib/net/tuning-cache.js';
import { tuned } from '#lib/net/tuning.js';
import { count, program } from './flags.js';
import { makeImages } from './measure/images.js';
import { openNet } from './measure/nets.js';
import { Random } from './measure/random.js';
import { Recorder } from './measure/recorder.js';
import { median } from './measure/statistics.js';
import { kindLines, operationLines, profileHeader, profileSummary } from './report/profiles.js';
import { textTable } from './report/table.js';

const flags = program('profile.js', 'Where the time of a map goes, operation by operation.')
  .option('--net <net>', 'built in, or an ONNX or safetensors file', 'paper')
  .option('--batch <n>', 'inputs of one pass', count, 1)
  .option('--classes <n>', 'of each input', count, 1)
  .option('--threads <n>', 'default: the physical cores', count)
  .option('--rounds <n>', 'whole passes', count, 20)
  .option('--tune', 'with tune: true')
  .option('--seed <n>', 'of weights, inputs and classes', count, 1)
  .option('--json <file>', 'where the result is written')
  .parse()
  .opts();

const { batch: n, classes: m, rounds, seed } = flags;

/** The milliseconds until everything that `work` enqueues has run. */
async function timeOf(device, work) {
  const start = performance.now();
  work();
  await device.sync();
  return performance.now() - start;
}

/** The two passes of a net on a device. */
async function planPass(given, net, layers, execution) {
  const device = flags.tune ? tuned(given, new TuningCache(cacheFolder())) : given;
  const { graph } = net.model;
  const scored = { graph, scored: graph.output };
  const pass = await Pass.plan({ device, scored, layers, n, kept: [], execution });
  const count = await pass.prepareMaps(m);
  const forward = (input) => pass.forward(input);
  const backward = (classes) => {
    for (const part of partsOf(classes, count)) pass.maps(part, { rule: 'gradient', signed: false, units: 'input' });
  };
  return { forward, backward, dispose: () => pass.dispose() };
}

/** Classes [n, m] in parts [n, count], the last of which may begin before the end of the one before it. */
function partsOf(classes, count) {
  return Array.from({ length: Math.ceil(m / count) }, (_, i) => {
    const first = Math.min(i * count, m - count);
    return classes.filter((_, at) => at % m >= first && at % m < first + count);
  });
}

/** Calls `use` with another input and class in each round, after two rounds to warm up. */
async function inRounds(net, use) {
  const random = new Random(seed);
  for (let round = -2; round < rounds; round++) {
    const input = makeImages(n, net.inputShape, seed + round);
    await use(
      input,
      new Int32Array(n * m).map(() => random.below(net.classes.length)),
      round >= 0,
    );
  }
}

/** Every operation with its times. */
async function timedOperations(device, net) {
  const recorder = new Recorder(device);
  const layers = createLayers(net.model.graph, net.model.weights);
  const pass = await planPass(recorder.device, net, recorder.named(layers), 'eager');
  let operations = [];
  const empty = [];
  await inRounds(net, async (input, classes, counts) => {
    const forward = recorder.record(() => pass.forward(input)).map((one) => ({ ...one, pass: 'forward' }));
    const backward = recorder.record(() => pass.backward(classes)).map((one) => ({ ...one, pass: 'backward' }));
    const now = [...forward, ...backward];
    if (operations.length === 0) operations = now.map((one) => ({ ...one, times: [] }));
    for (const [i, { run }] of now.entries()) {
      const time = await timeOf(device, run);
      if (counts) operations[i].times.push(time);
    }
    empty.push(await timeOf(device, () => undefined));
  });
  pass.dispose();
  for (const layer of layers.values()) layer.dispose();
  const overhead = median(empty);
  return operations.map(({ layer, operation, pass, flops, bytes, times }) => {
    const ms = Math.max(median(times) - overhead, 0);
    return { pass, layer, operation, ms, gflop: flops / 1e9, mbytes: bytes / 1e6 };
  });
}

/** The median time of the pass as the library runs it. */
async function timeOfWhole(device, net) {
  const layers = createLayers(net.model.graph, net.model.weights);
  const pass = await planPass(device, net, layers, 'replay');
  const times = [];
  await inRounds(net, async (input, classes, counts) => {
    const time = await timeOf(device, () => {
      pass.forward(input);
      pass.backward(classes);
    });
    if (counts) times.push(time);
  });
  pass.dispose();
  for (const layer of layers.values()) layer.dispose();
  return median(times);
}

async function main() {
  const device = await openDevice('cpu', flags.threads === undefined ? {} : { threads: flags.threads });
  const net = await openNet(flags.net, { device, seed });
  const operations = await timedOperations(device, net);
  const whole = await timeOfWhole(device, net);
  const sum = operations.reduce((total, { ms }) => total + ms, 0);
  const setting = `${flags.net}, batch ${n}${m > 1 ? `, ${m} classes` : ''}${flags.tune ? ', tuned' : ''}, ${device.threads} threads of ${device.name}`;
  const profile = { setting, sum, whole, operations };
  console.log(textTable(profileHeader, operationLines(profile)));
  console.log(`\n${textTable(profileHeader, kindLines(profile))}\n\n${profileSummary(profile)}`);
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(profile, null, 2)}\n`);
  await net.dispose();
  device.dispose();
}

await main();
