/*
 * Saliency maps per second through the public API: one forward and one backward pass per map (Sect. 3.1), with random
 * weights from a seed and another input in every call; writing the input and reading the map are in the time, making
 * the input is not. To repeat:
 *
 *   npm run bench                                        all of it, some two minutes on two cores
 *   npm run bench -- --nets vgg16 --batches 1,10 --threads 1,2 --seconds 30 --json result.json
 *
 * Every combination runs once to warm up, then at least three times and until its seconds are over. The table gives
 * the median of the calls' times, the fastest and the slowest, and maps per second at the median.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import ndarray from 'ndarray';
import { createNetwork, describeDevices, openDevice, saliency } from 'deep-inside';

const leastCalls = 3;
/** Differentiated in every call; any would do. */
const someClass = 281;

const { values: flags } = parseArgs({
  options: {
    nets: { type: 'string', default: 'paper,vgg16,squeezenet1_0' },
    batches: { type: 'string', default: '1,10' },
    device: { type: 'string', default: 'auto' },
    threads: { type: 'string', default: '' },
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

/** Uniform in [-128, 128), from a 32-bit congruential generator (Numerical Recipes' constants). */
function fill(data, state) {
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state / 2 ** 24 - 128;
  }
  return state;
}

/** The times in milliseconds of calls with n inputs each. */
async function timesOf(net, n, seconds, seed) {
  const shape = [n, ...net.inputShape];
  const input = ndarray(new Float32Array(shape.reduce((a, b) => a * b)), shape);
  let state = seed;
  const call = async () => {
    state = fill(input.data, state);
    const start = performance.now();
    await saliency(net, input, someClass);
    return performance.now() - start;
  };
  await call();
  const times = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < leastCalls || performance.now() < end) times.push(await call());
  return times.sort((a, b) => a - b);
}

function median(sorted) {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function measure(device, name, batches) {
  const net = await createNetwork(name, { seed: Number(flags.seed), device });
  const results = [];
  for (const batch of batches) {
    const times = await timesOf(net, batch, Number(flags.seconds), Number(flags.seed));
    const ms = median(times);
    const spread = { median: ms, fastest: times[0], slowest: times.at(-1) };
    const mapsPerSecond = (1000 * batch) / ms;
    results.push({ net: name, threads: device.threads, batch, calls: times.length, ...spread, mapsPerSecond });
    printResult(results.at(-1));
  }
  await net.dispose();
  return results;
}

const widths = [14, 7, 5, 5, 9, 9, 9, 8];

function printRow(cells) {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
}

function printResult({ net, threads, batch, calls, mapsPerSecond, ...times }) {
  const milliseconds = [times.median, times.fastest, times.slowest].map((ms) => ms.toFixed(1));
  printRow([net, String(threads), String(batch), String(calls), ...milliseconds, mapsPerSecond.toFixed(2)]);
}

async function machineOf(kind) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const device = (await describeDevices()).find((one) => one.kind === kind);
  const given = process.argv.slice(2);
  const processor = cpus()[0]?.model ?? process.arch;
  return {
    date: new Date().toISOString(),
    command: ['npm run bench', ...(given.length > 0 ? ['--', ...given] : [])].join(' '),
    machine: `${processor}, ${cpus().length} logical processors`,
    device: device.name,
    versions: `deep-inside ${version}, Node ${process.version}, ${device.versions}`,
  };
}

async function main() {
  const batches = flags.batches.split(',').map(Number);
  const results = [];
  let machine;
  for (const threads of flags.threads.split(',')) {
    const device = await openDevice(flags.device, threads === '' ? {} : { threads: Number(threads) });
    if (!machine) {
      machine = await machineOf(device.kind);
      for (const [key, value] of Object.entries(machine)) console.log(`${key}: ${value}`);
      printRow(['net', 'threads', 'batch', 'calls', 'median ms', 'fastest', 'slowest', 'maps/s']);
    }
    for (const name of flags.nets.split(',')) results.push(...(await measure(device, name, batches)));
    device.dispose();
  }
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ ...machine, results }, null, 2)}\n`);
}

await main();
