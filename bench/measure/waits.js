import { setTimeout as wait } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import ndarray from 'ndarray';
import {
  classify,
  loadNetwork,
  localise,
  maxFlow,
  openDevice,
  readImage,
  saliency,
  segment,
  thresholdBox,
} from 'deep-inside';
import { makeImages } from './images.js';
import { megapixel } from './megapixel.js';
import { openNet } from './nets.js';

/** Each given a network, an input [channels, rows, cols], a photograph and the same at a megapixel. */
const bodies = {
  'saliency, input': (net, x) => saliency(net, x, 281),
  'saliency, image': (net, x, img) => saliency(net, img, 281),
  'saliency, its frame': (net, x, img) => saliency(net, img, 281, { frame: 'image' }),
  'saliency, ten crops': (net, x, img) => saliency(net, img, 281, { tenCrops: true }),
  'saliency, ten crops, its frame': (net, x, img) => saliency(net, img, 281, { tenCrops: true, frame: 'image' }),
  'saliency, 5 classes': (net, x) => saliency(net, x, [281, 282, 283, 284, 285]),
  'classify, image': (net, x, img) => classify(net, img),
  'net.gradient': (net, x) => net.gradient(x, { class: 281 }),
  'localise, a megapixel': (net, x, img, large) => localise(net, large, 281, { workSize: 'full' }),
};

/** Each given an image, a map and a grid of a megapixel. */
const megapixelBodies = {
  segment: ({ img, map }, device) => segment(map, img, { workSize: 'full', device }),
  'segment, grabcut': ({ img, map }, device) => segment(map, img, { preset: 'grabcut', workSize: 'full', device }),
  maxFlow: ({ grid }, device) => maxFlow(grid, { device }),
  thresholdBox: ({ map }) => thresholdBox(map, { blur: 6 }),
};

export const callNames = Object.keys(bodies);
export const megapixelCallNames = Object.keys(megapixelBodies);

const delay = monitorEventLoopDelay({ resolution: 1 });

/** The result of a call, and what was measured meanwhile. */
async function watched(call) {
  delay.reset();
  delay.enable();
  await wait(5);
  const start = performance.now();
  const result = await call();
  const ms = performance.now() - start;
  await wait(5); // for the tick after a blocked end
  delay.disable();
  return { result, measured: { blocked: delay.max / 1e6, ms } };
}

/**
 * Opens a network and makes one call after the other, each with another input.
 *
 * @returns  { opening, calls }: of each the longest wait of the event loop and the duration in milliseconds
 */
export async function measureWaits(name, call, { count, image, threads }) {
  const img = await readImage(image);
  const { img: large } = megapixel(img, 1);
  const device = await openDevice('cpu', threads === undefined ? {} : { threads });
  const open = () => (name === 'shipped' ? loadNetwork(undefined, { device }) : openNet(name, { device, seed: 1 }));
  const { result: net, measured: opening } = await watched(open);
  const [...shape] = net.inputShape;
  const calls = [];
  for (let i = 0; i < count; i++) {
    const x = ndarray(makeImages(1, shape, i + 1), shape);
    calls.push((await watched(() => bodies[call](net, x, img, large))).measured);
  }
  await net.dispose();
  device.dispose();
  return { opening, calls };
}

/** One call after the other without a network, each with another map. */
export async function measureMegapixelWaits(call, { count, image, threads }) {
  const img = await readImage(image);
  const device = await openDevice('cpu', threads === undefined ? {} : { threads });
  const calls = [];
  for (let i = 0; i < count; i++) {
    const given = megapixel(img, i + 1);
    calls.push((await watched(async () => megapixelBodies[call](given, device))).measured);
  }
  device.dispose();
  return { calls };
}
