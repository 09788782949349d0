/*
 * Segmentations of photographs: this library's `segment` beside OpenCV's grabCut, one iteration, colour models included on
 * both sides, interleaved in one run. To repeat:
 *
 *   npm run build && node bench/segments.js --python venv/bin/python     (pip install opencv-python-headless numpy)
 *   node bench/segments.js --sizes 375 --rounds 1
 *
 * The map is the saliency map of the image's best class with the shipped network. grabCut is given the same seeds: the
 * foreground's and background's pixels as such, all others as probably background, so that both sides know equally
 * much. `segment` is timed from image and map in memory to mask and box in memory, at the image's own size; grabCut from
 * image and seeds to its mask, without components and box. Medians over the rounds for each photograph, tables show
 * medians over the photographs, and of the ratios the median and the least.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadNetwork, openDevice, saliency, segment } from 'deep-inside';
import { count, names, program } from './flags.js';
import { Contestant } from './measure/contestant.js';
import { photographs } from './measure/cuts.js';
import { describeRun } from './measure/machine.js';
import { workFolder } from './measure/sessions.js';
import { median } from './measure/statistics.js';
import { textTable } from './report/table.js';

const sizes = { 375: [375, 500], 750: [750, 1000] };
const presets = {
  iseg: { preset: 'iseg' },
  'grabcut, one iteration': { preset: 'grabcut', iterations: 1 },
};

const flags = program('segments.js', "Segmentations of photographs, beside OpenCV's grabCut.")
  .option('--images <folder>', 'of photographs; default: those of examples/images')
  .option('--count <n>', 'of photographs', count, 12)
  .option('--sizes <list>', 'rows: 375, 750', names(Object.keys(sizes)), ['375', '750'])
  .option('--threads <n>', 'of each contestant', count, 2)
  .option('--rounds <n>', 'of each photograph', count, 3)
  .option('--python <file>', 'of OpenCV', process.env.DEEP_INSIDE_PYTHON ?? 'python3')
  .option('--json <file>', 'where the result is written')
  .parse()
  .opts();

const theirs = 'OpenCV grabCut';

/** What is timed, by names. */
function contestantsFor(device, peer) {
  const own = Object.entries(presets).map(([name, options]) => [
    name,
    async ({ map, image }) => {
      const start = performance.now();
      await segment(map, image, { ...options, workSize: 'full', device });
      return performance.now() - start;
    },
  ]);
  return [...own, ...(peer ? [[theirs, async ({ request }) => (await peer.ask(request)).ms]] : [])];
}

/** Image, map and, for the peer, the files of image and seeds. */
async function taskOf(net, image, device, folder) {
  const map = await saliency(net, image, undefined, { frame: 'image' });
  const { seeds } = await segment(map, image, { workSize: 'full', device });
  // OpenCV's labels: 0 background, 1 foreground, 2 probably background.
  const labels = Uint8Array.from(seeds.foreground.data, (one, i) => (one ? 1 : seeds.background.data[i] ? 0 : 2));
  const request = {
    rows: image.shape[0],
    cols: image.shape[1],
    image: folder.path('image'),
    labels: folder.path('labels'),
  };
  writeFileSync(request.image, image.data);
  writeFileSync(request.labels, labels);
  return { map, image, request };
}

async function play(contestants, task) {
  const times = Object.fromEntries(contestants.map(([name]) => [name, []]));
  for (let round = 0; round <= flags.rounds; round++) {
    for (const [name, run] of contestants) {
      const ms = await run(task);
      if (round > 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

const own = Object.keys(presets);
const header = ['size', 'photographs', `${theirs} ms`].concat(
  own.flatMap((name) => [`${name} ms`, 'times as fast', 'least']),
);

function lineOf({ size, times }) {
  const of = (name) => times.map((one) => one[name] ?? NaN);
  const shown = (number, digits) => (Number.isNaN(number) ? '-' : number.toFixed(digits));
  const cells = own.flatMap((name) => {
    const ratios = times.map((one) => (one[theirs] ?? NaN) / one[name]);
    return [shown(median(of(name)), 1), shown(median(ratios), 2), shown(Math.min(...ratios), 2)];
  });
  return [sizes[size].join(' x '), times.length, shown(median(of(theirs)), 1), ...cells];
}

/** OpenCV in a process of its own, or null with a line that says why not. */
async function grabCut() {
  const program = fileURLToPath(new URL('peers/grab_cut.py', import.meta.url));
  const peer = new Contestant({ name: theirs, command: flags.python, args: [program] });
  try {
    console.log(`${theirs}: OpenCV ${(await peer.ask({ threads: flags.threads })).version}`);
    return peer;
  } catch (error) {
    console.log(`${theirs} does not take part: ${error.message}; pip install opencv-python-headless numpy`);
    return null;
  }
}

async function main() {
  for (const [key, value] of Object.entries(await describeRun('bench/segments.js'))) console.log(`${key}: ${value}`);
  const [folder, net, peer] = [workFolder(), await loadNetwork(), await grabCut()];
  const device = await openDevice('cpu', { threads: flags.threads });
  const rows = [];
  try {
    const images = await photographs(flags.images, flags.count);
    for (const size of flags.sizes) {
      const times = [];
      for (const { at } of images)
        times.push(await play(contestantsFor(device, peer), await taskOf(net, at(...sizes[size]), device, folder)));
      rows.push({ size, times });
      console.error(lineOf(rows.at(-1)).join(', '));
    }
    console.log(`\n${textTable(header, rows.map(lineOf))}`);
    if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ rows }, null, 2)}\n`);
  } finally {
    peer?.stop();
    folder.remove();
    device.dispose();
    await net.dispose();
  }
}

await main();
