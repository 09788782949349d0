import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevice, saveNetwork } from 'deep-inside';
import { openNetwork } from '#lib/net/open-network.js';
import { activityOf, withActivity } from './activity.js';
import { Contestant } from './contestant.js';
import { shapesOf, weightedLayers } from './floor.js';
import { makeImages } from './images.js';
import { kept, within } from './kept.js';
import { openNet } from './nets.js';
import { makePictures } from './pictures.js';
import { Random } from './random.js';

/** Different inputs, unless told otherwise; each round draws some of them. */
const imageCount = 64;

/** A folder for the files that contestants read and write; `remove` deletes it. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'deep-inside-bench-'));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Writes a net, its inputs and pictures for the contestants. `activity` is the share of units that shall be active
 * (activity.js), `side` the rows and columns of the input of a fully convolutional net; null or undefined leave them as
 * they are.
 *
 * @returns  { files, counts, classes, layers, activity }: what contestants load; how many inputs and pictures there are;
 *           how many classes; what `floorMs` needs; the share of active units where the net has the paper's layers
 */
export async function prepareNet({ source, activity, side }, { seed, folder, count = imageCount }) {
  const device = await openDevice('cpu');
  let net = await openNet(source, { device, seed });
  const pictures = makePictures(net.preprocessing, seed);
  const shape = side ? [net.inputShape[0], side, side] : net.inputShape;
  const images = makeImages(count, shape, seed);
  const resized = side ? ofSize(net.model, shape) : net.model;
  const model = activity ? await withActivity(resized, activity, images, device) : resized;
  if (model !== net.model) {
    await net.dispose();
    net = await openNetwork('bench', model, { device });
  }
  const files = await writeFiles(net, images, pictures, folder);
  const prepared = {
    files,
    counts: { inputs: count, pictures: pictures.bytes.length / pictures.shape.reduce((a, b) => a * b) },
    classes: net.classes.length,
    layers: weightedLayers(net.model, shapesOf(net)),
    activity: source === 'paper' ? await activityOf(model, images, device) : null,
  };
  await net.dispose();
  device.dispose();
  return prepared;
}

/** The same, or what an earlier run with this seed and count has left of it in the folder. */
export function keptNet(net, { seed, folder, count }) {
  const own = within(folder, `${net.name}-${seed}-${count}`);
  return kept(
    own.path('prepared.json'),
    () => prepareNet(net, { seed, folder: own, count }),
    ({ files }) => {
      const all = [files.load, files.inputs.floats, files.pictures.floats, files.pictures.bytes];
      const lost = all.find((path) => !existsSync(path));
      if (lost) throw new Error(`${lost} is not there`);
    },
  );
}

async function writeFiles(net, images, { bytes, floats, ...pictures }, folder) {
  const written = (name, data) => {
    writeFileSync(folder.path(name), data);
    return folder.path(name);
  };
  const load = folder.path('model.safetensors');
  await saveNetwork(net, load);
  const inputs = { floats: written('inputs.f32', images), shape: net.inputShape };
  const files = { floats: written('pictures.f32', floats), bytes: written('pictures.u8', bytes) };
  return { load, inputs, pictures: { ...pictures, ...files } };
}

/** A fully convolutional net for inputs of another shape; its preprocessing is for the old one. */
function ofSize(model, shape) {
  const { graph } = model;
  return { ...model, graph: { ...graph, input: { ...graph.input, shape } }, preprocessing: null };
}

/** Starts the contestants on a net; those that cannot play it are given with their reason. */
export async function startContestants(starts, { files }, threads) {
  const tried = starts.map(async (start) => {
    const contestant = new Contestant(start);
    try {
      const { version, configurations } = await contestant.ask({ ...files, threads });
      return Object.assign(contestant, { version, configurations });
    } catch (error) {
      contestant.stop();
      return { name: start.name, reason: error.message };
    }
  });
  const all = await Promise.all(tried);
  return { playing: all.filter(({ reason }) => !reason), absent: all.filter(({ reason }) => reason) };
}

/** A function that draws inputs and classes for a case: no input twice in one batch, another choice in each round. */
export function drawer({ counts, classes }, seed) {
  const random = new Random(seed);
  return ({ work, ...one }) => {
    const inputs = distinct(one.n, work === 'tenCrops' ? counts.pictures : counts.inputs, random);
    return { inputs, classes: inputs.map(() => distinct(one.classes, classes, random)) };
  };
}

function distinct(count, limit, random) {
  const chosen = new Set();
  while (chosen.size < count) chosen.add(random.below(limit));
  return [...chosen];
}
