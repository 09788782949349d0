/*
 * Time of the minimum cuts of `segment` on a GPU beside the CPU: capacities of photographs, cut by the same plan again and
 * again. A time goes from the call to the flow on the host, with the capacities on the device; the masks of both must be
 * equal. To repeat, after a build:
 *
 *   node bench/gpu-cuts.js --json result.json
 *   node bench/gpu-cuts.js --device cpu --sizes 375 --rounds 3      the same without a GPU, to try it out
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ndarray from 'ndarray';
import { describeDevices, openDevice, readImage, segment } from 'deep-inside';
import { count, counts, names, program } from './flags.js';
import { describeRun } from './measure/machine.js';
import { median } from './measure/statistics.js';
import { textTable } from './report/table.js';

const photographs = fileURLToPath(new URL('../examples/images/', import.meta.url));
const flags = program('gpu-cuts.js', 'Time of minimum cuts on a GPU beside the CPU.')
  .option('--sizes <list>', 'shorter sides of the work grid', counts, [375, 1000])
  .option('--presets <list>', 'of iseg, grabcut', names(['iseg', 'grabcut']), ['iseg', 'grabcut'])
  .option('--rounds <n>', 'of each cut', count, 20)
  .option('--device <kind>', 'cuda, or cpu to try it out', names(['cuda', 'cpu']), ['cuda'])
  .option('--json <file>', 'where the result is written')
  .parse()
  .opts();
const [kind] = flags.device;

/** A map that rises to the middle, as that of an object might; no network is needed for it. */
function bump([rows, cols]) {
  const values = Float32Array.from({ length: rows * cols }, (_, i) => {
    const [row, col] = [Math.floor(i / cols), i % cols];
    return Math.exp(-4 * ((2 * (row / rows) - 1) ** 2 + (2 * (col / cols) - 1) ** 2));
  });
  return ndarray(values, [rows, cols]);
}

/** Milliseconds of each round, and the mask. */
async function cut(device, grid) {
  const { rows, cols } = grid;
  const tensors = Object.fromEntries(
    ['source', 'sink', 'right', 'down', 'downRight', 'downLeft'].map((name) => {
      const capacities = grid[name];
      const tensor = capacities && device.tensor([rows, cols], 'int32');
      tensor?.write(capacities);
      return [name, tensor ?? null];
    }),
  );
  const plan = await device.planMaxFlow({ rows, cols, neighbours: tensors.downRight ? 8 : 4 });
  const [foreground, flow] = [device.tensor([Math.ceil((rows * cols) / 4)], 'int32'), device.tensor([2], 'int32')];
  await device.sync();
  const times = [];
  for (let i = 0; i < flags.rounds; i++) {
    const began = performance.now();
    plan.run(tensors, foreground, flow);
    await flow.read();
    times.push(performance.now() - began);
  }
  const mask = Buffer.from((await foreground.read()).buffer, 0, rows * cols);
  for (const handle of [plan, foreground, flow, ...Object.values(tensors)]) handle?.dispose();
  return { times, mask };
}

async function main() {
  const run = await describeRun('bench/gpu-cuts.js', kind);
  if (!run.device) {
    const { reason } = (await describeDevices()).find((one) => one.kind === kind);
    throw new Error(`no usable ${kind} device: ${reason}`);
  }
  const result = { run, rows: [] };
  const devices = [await openDevice('cpu'), await openDevice(kind)];
  for (const name of readdirSync(photographs).filter((file) => file.endsWith('.jpg'))) {
    const image = await readImage(photographs + name);
    const map = bump(image.shape);
    for (const workSize of flags.sizes)
      for (const preset of flags.presets) {
        const { grid } = await segment(map, image, { preset, workSize, iterations: 1, keepGrid: true, device: 'cpu' });
        const [cpu, other] = [await cut(devices[0], grid), await cut(devices[1], grid)];
        if (Buffer.compare(cpu.mask, other.mask) !== 0) throw new Error(`${name}: the masks differ`);
        result.rows.push({ name, preset, rows: grid.rows, cols: grid.cols, cpu: cpu.times, [kind]: other.times });
      }
  }
  for (const device of devices) device.dispose();
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
  for (const [key, value] of Object.entries(run)) console.log(`${key}: ${value}`);
  const ms = (times) => median(times).toFixed(2);
  const rows = result.rows.map((row) => [
    row.name,
    row.preset,
    `${row.rows} x ${row.cols}`,
    ms(row.cpu),
    ms(row[kind]),
  ]);
  console.log(textTable(['photograph', 'preset', 'grid', 'cpu, ms', `${kind}, ms`], rows));
}

await main().catch(({ message }) => {
  console.error(`gpu-cuts.js: ${message}`);
  process.exitCode = 1;
});
