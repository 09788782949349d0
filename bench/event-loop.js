/*
 * How long the calls of the public API keep the event loop waiting: for each call of a batch of one the longest time
 * between two ticks of a timer of 1 ms (perf_hooks' monitorEventLoopDelay), from the call until its result is there.
 * What is measured is what a server beside it would feel: JavaScript, garbage collection, native code on JavaScript's
 * thread, and waiting for a processor. To repeat:
 *
 *   npm run build && node bench/event-loop.js
 *   node bench/event-loop.js --nets paper,vgg16 --calls 50 --threads 1 --json result.json
 *
 * The table gives the median and the largest of these times over the calls, and the median duration of the call.
 * 'first' is the first call of a kind, which plans, and where a weight is used for the first time packs it.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ndarray from 'ndarray';
import { classify, createNetwork, loadNetwork, openDevice, readImage, saliency } from 'deep-inside';

const { values: flags } = parseArgs({
  options: {
    nets: { type: 'string', default: 'squeezenet1_1,paper' },
    calls: { type: 'string', default: '20' },
    threads: { type: 'string' },
    image: { type: 'string', default: fileURLToPath(new URL('../examples/images/airliner.jpg', import.meta.url)) },
    json: { type: 'string' },
  },
});

const delay = monitorEventLoopDelay({ resolution: 1 });

/** The result of a call, its duration and the longest wait of the event loop meanwhile, in milliseconds. */
async function watched(call) {
  delay.reset();
  delay.enable();
  await wait(5);
  const start = performance.now();
  const result = await call();
  const ms = performance.now() - start;
  await wait(5); // for the tick after a blocked end
  delay.disable();
  return { result, ms, blocked: delay.max / 1e6 };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const results = [];

function report(net, call, runs) {
  const blocked = runs.map((run) => run.blocked);
  const row = { net, call, calls: runs.length, blocked: median(blocked), longest: Math.max(...blocked) };
  results.push({ ...row, ms: median(runs.map((run) => run.ms)) });
  const { ms, ...numbers } = results.at(-1);
  printRow([net, call, String(runs.length), numbers.blocked.toFixed(1), numbers.longest.toFixed(1), ms.toFixed(1)]);
}

function printRow(cells) {
  const widths = [14, 26, 5, 9, 9, 9];
  console.log(cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
}

/** Another input for every call. */
function inputs(net) {
  const [...shape] = net.inputShape;
  let state = 1;
  return () => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 24 - 128;
    });
    return ndarray(data, shape);
  };
}

async function measureCalls(name, net, img) {
  const input = inputs(net);
  const of = {
    'saliency, input': (x) => saliency(net, x, 281),
    'saliency, image': () => saliency(net, img, 281),
    'saliency, image, its frame': () => saliency(net, img, 281, { frame: 'image' }),
    'classify, input': (x) => classify(net, x),
    'classify, image': () => classify(net, img),
    'net.forward': (x) => net.forward(x),
    'net.gradient': (x) => net.gradient(x, { class: 281 }),
  };
  for (const [call, body] of Object.entries(of)) {
    const runs = [];
    for (let i = 0; i <= Number(flags.calls); i++) {
      const x = input();
      runs.push(await watched(() => body(x)));
    }
    report(name, `${call}: first`, [runs.shift()]);
    report(name, call, runs);
  }
}

async function measure(name, open, device, img) {
  const opened = [];
  const closed = [];
  for (let i = 0; i < 3; i++) {
    const run = await watched(() => open(device));
    opened.push(run);
    if (i === 0) await measureCalls(name, run.result, img);
    closed.push(await watched(() => run.result.dispose()));
  }
  report(name, 'open', opened);
  report(name, 'dispose', closed);
}

const img = await readImage(flags.image);
const device = await openDevice('cpu', flags.threads === undefined ? {} : { threads: Number(flags.threads) });
console.log(`${device.name}, ${device.threads} threads, Node ${process.version}; milliseconds`);
printRow(['net', 'call', 'calls', 'blocked', 'longest', 'duration']);
await measure('shipped', (device) => loadNetwork(undefined, { device }), device, img);
for (const name of flags.nets.split(',')) await measure(name, (device) => createNetwork(name, { device }), device, img);
device.dispose();
if (flags.json) writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`);
