/*
 * How often boxes are right (intersection over union of at least 0.5 with a true box: ILSVRC's rule), for the true class of
 * each picture: `localise` with both presets, the best threshold on the same map of ten crops in the same frame, the whole
 * image and a centred box. Shares with Wilson's intervals at 95 %, and McNemar's exact test of pairs of them on the same
 * pictures. To repeat:
 *
 *   npm run bench:boxes -- --data FOLDER --nets squeezenet1_1,FOLDER/models/googlenet.onnx
 *   npm run bench:boxes -- --data FOLDER --pictures tiny --limit 1000 --json boxes.json
 *
 * FOLDER has loc/dev (images, index.json, tiny_hard.json), tiny-imagenet/val.tar and imagenet_classes.json; boxes of
 * Tiny ImageNet are inclusive, those of index.json end before their last number. `--pictures loc` are the photographs of
 * loc/dev, `hard` the 64-pixel pictures where both constant boxes miss, `tiny` the validation pictures of Tiny ImageNet,
 * evenly spread where --limit takes fewer; --between takes others, to show what was chosen on the first. `hard boxes` are
 * those pictures of each where the whole image and the centred box both miss.
 *
 * Thresholds are tuned on loc/dev by --tune, which tries every threshold below and prints the best; what is compared
 * afterwards is --threshold.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { centredBox, loadNetwork, readImage, saliency, thresholdBox, wholeImageBox } from 'deep-inside';
import { boxOnImage } from '#lib/localise/box.js';
import { count, names, program } from './flags.js';
import { isRight, mcNemar, wilson } from './localisation/boxes.js';
import { cutBox } from './localisation/cut-box.js';
import { picturesOf } from './localisation/pictures.js';
import { textTable } from './report/table.js';

/** Found by --tune on loc and hard together; the blur is in pixels of the rescaled image. */
const tuned = { rule: 'mean', amount: 1.25, blur: 6 };

const about = 'How often boxes are right, by the cut and by what it has to beat.';
const flags = program('localisation.js', about, 'localisation')
  .requiredOption('--data <folder>', 'pictures with boxes')
  .option('--nets <list>', 'squeezenet1_1 (the one in the box) or ONNX files for caffe preprocessing', names(), [
    'squeezenet1_1',
  ])
  .option('--pictures <list>', 'of loc, hard, tiny', names(['loc', 'hard', 'tiny']), ['loc', 'hard'])
  .option('--limit <n>', 'pictures of each kind at most', count, Infinity)
  .option('--between', 'with --limit, those half a step after the ones that it takes otherwise')
  .option('--threshold <json>', `in place of the tuned one, ${JSON.stringify(tuned)}`, JSON.parse)
  .option('--tune', 'try all thresholds, and say how the best of each rule does')
  .option('--options <json>', 'of segment, beside the preset', JSON.parse)
  .option('--json <file>', 'where what is right is written, picture by picture')
  .parse()
  .opts();

/** What makes a box of { img, map }; the map is that of ten crops, in the frame of the rescaled image. */
const methods = {
  iseg: (net, picture) => cutBox(net, picture, { ...flags.options, preset: 'iseg' }),
  grabcut: (net, picture) => cutBox(net, picture, { ...flags.options, preset: 'grabcut' }),
  'tuned threshold': async (_, picture) => ofThreshold(picture, flags.threshold ?? tuned),
  'whole image': async (_, { img }) => wholeImageBox(img.shape[0], img.shape[1]),
  'centred box': async (_, { img }) => centredBox(img.shape[0], img.shape[1]),
  ...(flags.tune ? thresholds() : {}),
};

/** A box of the map by a threshold, brought to the image as `localise` does. */
async function ofThreshold({ img, map }, options) {
  return boxOnImage(await thresholdBox(map, options), map.shape, img.shape.slice(0, 2));
}

function thresholds() {
  const amounts = {
    maximum: [0.1, 0.15, 0.2, 0.25, 0.3, 0.4],
    energy: [0.5, 0.6, 0.7, 0.8, 0.9],
    mean: [0.75, 1, 1.25, 1.5, 2],
  };
  const all = Object.entries(amounts).flatMap(([rule, values]) =>
    values.flatMap((amount) => [0, 6, 12].map((blur) => ({ rule, amount, blur }))),
  );
  return Object.fromEntries(
    all.map((options) => [
      `${options.rule} ${options.amount} blur ${options.blur}`,
      async (_, picture) => ofThreshold(picture, options),
    ]),
  );
}

async function play(name, pictures) {
  const own = name === 'squeezenet1_1';
  const net = await loadNetwork(own ? undefined : name, own ? {} : { preprocessing: 'caffe', names: 'imagenet' });
  const rows = [];
  try {
    for (const [i, { path, index, truths, kind }] of pictures.entries()) {
      const img = await readImage(path);
      const picture = { img, map: await saliency(net, img, index, { tenCrops: true }) };
      const right = {};
      for (const [method, boxOf] of Object.entries(methods)) right[method] = isRight(await boxOf(net, picture), truths);
      rows.push({ path, kind, hard: !right['whole image'] && !right['centred box'], right });
      if (process.stderr.isTTY) process.stderr.write(`\r${name} ${i + 1} of ${pictures.length}`);
    }
  } finally {
    await net.dispose();
  }
  return rows;
}

const percent = (share) => (100 * share).toFixed(1);

function shareLine(title, method, rows) {
  const hits = rows.filter(({ right }) => right[method]).length;
  const [low, high] = wilson(hits, rows.length);
  return [
    title,
    method,
    `${hits} of ${rows.length}`,
    percent(hits / rows.length),
    `${percent(low)} to ${percent(high)}`,
  ];
}

/** What is compared on the same pictures. */
const pairs = [
  ['iseg', 'tuned threshold'],
  ['grabcut', 'tuned threshold'],
  ['iseg', 'grabcut'],
  ['iseg', 'whole image'],
  ['iseg', 'centred box'],
];

function testLine(title, [a, b], rows) {
  const of = (method) => rows.map(({ right }) => right[method]);
  const { onlyA, onlyB, p } = mcNemar(of(a), of(b));
  return [title, `${a} against ${b}`, `${onlyA} : ${onlyB}`, p < 0.0001 ? '< 0.0001' : p.toFixed(4)];
}

function groupsOf(rows) {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => [kind, rows.filter((row) => row.kind === kind)]);
  if (kinds.length > 1) groups.push(['all', rows]);
  return groups.flatMap(([title, all]) => {
    const hard = all.filter((row) => row.hard);
    const apart = hard.length > 0 && hard.length < all.length;
    return [[title, all], ...(apart ? [[`${title}, hard boxes`, hard]] : [])];
  });
}

function report(rows) {
  const groups = groupsOf(rows);
  const named = Object.keys(methods).slice(0, 5);
  const lines = groups.flatMap(([title, some]) => named.map((method) => shareLine(title, method, some)));
  console.log(textTable(['pictures', 'box by', 'right', '%', '95 %'], lines));
  const tests = groups.flatMap(([title, some]) => pairs.map((pair) => testLine(title, pair, some)));
  console.log(textTable(['pictures', 'only one right', 'counts', 'p'], tests));
  if (!flags.tune) return;
  for (const [title, some] of groups) {
    const tried = Object.keys(methods).slice(5);
    const score = (method) => some.filter(({ right }) => right[method]).length;
    const best = tried.sort((a, b) => score(b) - score(a)).slice(0, 8);
    console.log(
      textTable(
        ['pictures', 'best thresholds', 'right', '%', '95 %'],
        best.map((m) => shareLine(title, m, some)),
      ),
    );
  }
}

const pictures = await picturesOf(flags.data, flags.pictures, flags.limit, flags.between ? 0.5 : 0);
const results = {};
for (const name of flags.nets) {
  results[name] = await play(name, pictures);
  if (flags.json) writeFileSync(flags.json, JSON.stringify(results));
  console.log(`\n${name}, ${availableParallelism()} processors`);
  report(results[name]);
}
