/*
 * Minimum cuts of photographs: this library's maxFlow on one and two threads beside OpenCV's GCGraph, the solver of
 * cv::grabCut, on equal capacities, interleaved in one run. To repeat:
 *
 *   npm run bench:cuts                                    both sizes, both presets, soft and hard seeds: ten minutes
 *   npm run bench:cuts -- --quick                         375 x 500 alone, one round: a minute
 *   npm run bench:cuts -- --images FOLDER --count 24      other photographs than those of examples/images
 *
 * What is cut is what `segment` cuts at the image's own size, by the saliency map of the image's best class with the
 * shipped network: `iseg` with 4 neighbours, `grabcut` with 8; seeds soft (no pixel's label is fixed), of the preset, or
 * hard (every pixel above the 95 % or below the 30 % quantile). Times go from capacities in memory to the mask in memory,
 * and are medians over the rounds for each photograph; tables show medians over the photographs, and of the ratios the
 * median and the least. Flows must be equal. GCGraph is a header (Debian: libopencv-imgproc-dev), compiled at first use
 * with -O3 -march=native; without it there are this library's times alone.
 */
import { writeFileSync } from 'node:fs';
import { loadNetwork, openDevice } from 'deep-inside';
import { count, counts, names, program } from './flags.js';
import { gridOf, openCv, ourCut, photographs, seedKinds, writeGrid } from './measure/cuts.js';
import { describeRun } from './measure/machine.js';
import { workFolder } from './measure/sessions.js';
import { median } from './measure/statistics.js';
import { textTable } from './report/table.js';

const sizes = { 375: [375, 500], 750: [750, 1000] };

const command = program('cuts.js', "Minimum cuts of photographs, beside OpenCV's GCGraph.")
  .option('--quick', '375 x 500 alone, one round')
  .option('--images <folder>', 'of photographs; default: those of examples/images')
  .option('--count <n>', 'of photographs', count, 12)
  .option('--sizes <list>', 'rows: 375, 750', names(Object.keys(sizes)))
  .option('--presets <list>', 'iseg, grabcut', names(['iseg', 'grabcut']), ['iseg', 'grabcut'])
  .option('--seeds <list>', `of ${Object.keys(seedKinds).join(', ')}`, names(Object.keys(seedKinds)), ['soft', 'hard'])
  .option('--threads <list>', 'such as 1,2', counts, [1, 2])
  .option('--rounds <n>', 'of each photograph; default 3', count)
  .option('--json <file>', 'where the result is written')
  .parse();
const flags = command.opts();
const rounds = flags.rounds ?? (flags.quick ? 1 : 3);
const theirs = 'OpenCV GCGraph';
const ours = (threads) => `deep-inside on ${threads}`;

/** The contestants in turn, round after round, each first once: { name: median ms }. */
async function play(contestants, grid) {
  const times = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  const flows = new Set();
  for (let round = 0; round <= rounds; round++) {
    for (const { name, cut } of contestants) {
      const { ms, flow } = await cut(grid);
      if (round > 0) times[name].push(ms);
      flows.add(flow | 0); // OpenCV's has 32 bits
    }
  }
  if (flows.size > 1) throw new Error(`flows differ: ${[...flows].join(', ')}`);
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

/** Plays all photographs of one size, preset and kind of seeds. */
async function playRow({ size, preset, seeds }, images, net, { contestants, folder }) {
  const times = [];
  for (const { at } of images) {
    const grid = await gridOf(net, at(...sizes[size]), preset, seeds);
    const file = folder.path(`${times.length}.grid`);
    writeGrid(file, grid);
    times.push(await play(contestants, { grid, file }));
  }
  return { size, preset, seeds, times };
}

const header = ['size', 'preset', 'seeds', 'photographs', `${theirs} ms`].concat(
  flags.threads.flatMap((threads) => [`${ours(threads)} ms`, 'times as fast', 'least']),
);

/** Medians over the photographs. */
function lineOf({ size, preset, seeds, times }) {
  const of = (name) => times.map((one) => one[name] ?? NaN);
  const shown = (number, digits) => (Number.isNaN(number) ? '-' : number.toFixed(digits));
  const cells = flags.threads.map(ours).flatMap((name) => {
    const ratios = times.map((one) => (one[theirs] ?? NaN) / one[name]);
    return [shown(median(of(name)), 1), shown(median(ratios), 2), shown(Math.min(...ratios), 2)];
  });
  return [sizes[size].join(' x '), preset, seeds, times.length, shown(median(of(theirs)), 1), ...cells];
}

async function playAll(net, { contestants, folder }) {
  const images = await photographs(flags.images, flags.count);
  const rows = [];
  for (const size of flags.sizes ?? (flags.quick ? ['375'] : Object.keys(sizes)))
    for (const preset of flags.presets)
      for (const seeds of flags.seeds) {
        rows.push(await playRow({ size, preset, seeds }, images, net, { contestants, folder }));
        console.error(`${rows.length}: ${lineOf(rows.at(-1)).join(', ')}`);
      }
  return rows;
}

async function main() {
  const run = await describeRun('bench/cuts.js');
  for (const [key, value] of Object.entries(run)) console.log(`${key}: ${value}`);
  const [folder, net, peer] = [workFolder(), await loadNetwork(), openCv()];
  if (peer.reason) console.log(`${theirs} does not take part: ${peer.reason}`);
  const devices = await Promise.all(flags.threads.map((threads) => openDevice('cpu', { threads })));
  const own = devices.map((device, i) => ({ name: ours(flags.threads[i]), cut: ({ grid }) => ourCut(grid, device) }));
  const others = peer.reason ? [] : [{ name: theirs, cut: ({ file }) => peer.ask({ grid: file }) }];
  try {
    const rows = await playAll(net, { contestants: [...own, ...others], folder });
    console.log(`\n${textTable(header, rows.map(lineOf))}`);
    if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ run, rounds, rows }, null, 2)}\n`);
  } finally {
    if (!peer.reason) peer.stop();
    folder.remove();
    for (const device of devices) device.dispose();
    await net.dispose();
  }
}

await main();
