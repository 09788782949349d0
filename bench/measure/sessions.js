import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevice, saveNetwork } from 'deep-inside';
import { openNetwork } from '#lib/net/open-network.js';
import { activityOf, withActivity } from './activity.js';
import { Contestant } from './contestant.js';
import { shapesOf, weightedLayers } from './floor.js';
import { makeImages } from './images.js';
import { openNet } from './nets.js';
import { Random } from './random.js';

/** Different inputs, unless told otherwise; each round draws some of them. */
const imageCount = 64;

/** A folder for the files that contestants read and write; `remove` deletes it. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'deep-inside-bench-'));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Writes a net and its inputs for the contestants. `activity` is the share of units that shall be active (activity.js),
 * `side` the rows and columns of the input of a fully convolutional net; null or undefined leave them as they are.
 *
 * @returns  { model, images, count, shape, classes, layers, activity }: two paths, how many inputs, their shape, how many
 *           classes there are, what `floorMs` needs, and the share of active units where the net has the paper's layers
 */
export async function prepareNet({ source, activity, side }, { seed, folder, count = imageCount }) {
  const device = await openDevice('cpu');
  let net = await openNet(source, { device, seed });
  const shape = side ? [net.inputShape[0], side, side] : net.inputShape;
  const images = makeImages(count, shape, seed);
  const resized = side ? ofSize(net.model, shape) : net.model;
  const model = activity ? await withActivity(resized, activity, images, device) : resized;
  if (model !== net.model) {
    await net.dispose();
    net = await openNetwork('bench', model, { device });
  }
  const reached = source === 'paper' ? await activityOf(model, images, device) : null;
  const files = { model: folder.path('model.safetensors'), images: folder.path('images.f32') };
  await saveNetwork(net, files.model);
  writeFileSync(files.images, images);
  const layers = weightedLayers(net.model, shapesOf(net));
  const prepared = { ...files, count, shape, classes: net.classes.length, layers, activity: reached };
  await net.dispose();
  device.dispose();
  return prepared;
}

/** A fully convolutional net for inputs of another shape; its preprocessing is for the old one. */
function ofSize(model, shape) {
  const { graph } = model;
  return { ...model, graph: { ...graph, input: { ...graph.input, shape } }, preprocessing: null };
}

/** Starts the contestants on a net; those that cannot play it are given with their reason. */
export async function startContestants(starts, { model, images, shape }, threads) {
  const tried = starts.map(async ({ name, command, args }) => {
    const contestant = new Contestant(name, command, args);
    try {
      const { version, configurations } = await contestant.ask({ load: model, threads, images, shape });
      return Object.assign(contestant, { version, configurations });
    } catch (error) {
      contestant.stop();
      return { name, reason: error.message };
    }
  });
  const all = await Promise.all(tried);
  return { playing: all.filter(({ reason }) => !reason), absent: all.filter(({ reason }) => reason) };
}

/** A function that draws inputs and classes for a case: no input twice in one batch, another choice in each round. */
export function drawer({ count, classes }, seed) {
  const random = new Random(seed);
  return (one) => {
    const left = Array.from({ length: count }, (_, i) => i);
    const inputs = Array.from({ length: one.n }, () => left.splice(random.below(left.length), 1)[0]);
    return { inputs, classes: inputs.map(() => distinct(one.classes, classes, random)) };
  };
}

function distinct(count, limit, random) {
  const chosen = new Set();
  while (chosen.size < count) chosen.add(random.below(limit));
  return [...chosen];
}
