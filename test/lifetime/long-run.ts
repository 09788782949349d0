import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '#lib/device/index.js';
import * as library from '#lib/index.js';
import type { ChannelTop, Network, SaliencyMap } from '#lib/index.js';
import { array } from '#lib/ndarray.js';
import { openNetwork } from '#lib/net/open-network.js';
import { inputFor } from '../support/networks.js';
import { picture } from '../support/pictures.js';
import { calls, interruptible, net, preprocessing, sequences } from './network-calls.js';

const photo = picture(7, 50, 60);
const input = inputFor(net, 7);
const mask = array(
  Uint8Array.from({ length: 50 * 60 }, (_, i) => i % 2),
  [50, 60],
);
const edges = Object.fromEntries(
  (['source', 'sink', 'right', 'down'] as const).map((kind, k) => [
    kind,
    new Int32Array(72).map((_, i) => (i * 7 + k) % 5),
  ]),
) as Record<'source' | 'sink' | 'right' | 'down', Int32Array>;

/** What the functions are called with. */
interface Setting {
  readonly device: Device;
  readonly network: Network;
  /** Of `photo`, in the frame of the network's input and on the photograph. */
  readonly maps: readonly [SaliencyMap, SaliencyMap];
  /** The strongest units of a channel in photo. */
  readonly top: ChannelTop;
  /** Holds photo.png and net.safetensors. */
  readonly folder: string;
  /** Of net.safetensors. */
  readonly bytes: Uint8Array;
}

type Call = (setting: Setting) => unknown;

async function used(opening: Promise<Network>): Promise<void> {
  const network = await opening;
  await network.forward(input);
  await network.dispose();
}

/** Every public function by its name, and the calls on a network by their titles. */
export const subjects: Readonly<Record<string, Call>> = {
  describeDevices: () => library.describeDevices(),
  openDevice: async () => (await library.openDevice('cpu')).dispose(),
  readImage: ({ folder }) => library.readImage(join(folder, 'photo.png')),
  writeImage: ({ folder }) => library.writeImage(join(folder, 'photo.png'), photo),
  writeArray: ({ folder, maps }) => library.writeArray(join(folder, 'map.npy'), maps[0]),
  heatMap: ({ maps }) => library.heatMap(maps[0]),
  overlay: ({ maps }) => library.overlay(photo, maps[1]),
  signedPicture: () => library.signedPicture(input),
  contactSheet: () => library.contactSheet([photo, photo, photo]),
  activationSheet: ({ network, top }) => library.activationSheet(network, top),
  pointingGame: ({ maps }) => library.pointingGame(maps[1], [{ xmin: 3, ymin: 4, xmax: 20, ymax: 9 }]),
  drawBox: () => library.drawBox(photo, { xmin: 3, ymin: 4, xmax: 20, ymax: 9 }),
  segment: ({ device, maps }) => library.segment(maps[1], photo, { device, workSize: 'full', keepGrid: true }),
  maxFlow: ({ device }) => library.maxFlow({ rows: 8, cols: 9, ...edges }, { device }),
  seedsPicture: () => library.seedsPicture({ foreground: mask, background: mask }),
  maskOverlay: () => library.maskOverlay(photo, mask),
  thresholdBox: ({ maps }) => library.thresholdBox(maps[1], { rule: 'energy' }),
  wholeImageBox: () => library.wholeImageBox(60, 90),
  centredBox: () => library.centredBox(60, 90),
  toImageFrame: ({ network, maps }) => library.toImageFrame(network, maps[0], photo),
  saveNetwork: ({ network, folder }) => library.saveNetwork(network, join(folder, 'net.safetensors')),
  loadNetwork: ({ bytes, device }) => used(library.loadNetwork(bytes, { device, preprocessing })),
  createNetwork: ({ device }) =>
    used(library.createNetwork('squeezenet1_1', { device, classes: 1, inputShape: net.graph.input.shape })),
  'net.input': ({ network }) => network.input(photo),
  ...Object.fromEntries(
    Object.entries({ ...calls, ...interruptible, ...sequences }).map(([title, call]) => [
      title,
      ({ network }: Setting) => call(network),
    ]),
  ),
};

const kept: unknown[] = [];

/** Calls that leave something behind, by the kind of memory that must grow. */
export const leaks: Readonly<Record<keyof InUse, Call>> = {
  heap: () => kept.push(new Array(250).fill(0)),
  external: () => kept.push(new ArrayBuffer(1000)),
  resident: () => kept.push(new Uint8Array(60_000).fill(1)),
  device: ({ device }) => kept.push(device.tensor([1], 'float32')),
};

async function prepared(folder: string): Promise<Setting> {
  const device = await library.openDevice('cpu', { threads: 1 }); // tiny layers are no work for two
  const model = { ...net, preprocessing: null, classes: null };
  const network = await openNetwork('test', model, { device, preprocessing });
  const file = join(folder, 'net.safetensors');
  await library.saveNetwork(network, file);
  await library.writeImage(join(folder, 'photo.png'), photo);
  const onInput = await library.saliency(network, photo, 1);
  const onPhoto = await library.saliency(network, photo, 1, { frame: 'image' });
  const [top] = await library.topActivations(network, [photo], 'conv2', { channels: [2] });
  return { device, network, folder, top: top!, maps: [onInput, onPhoto], bytes: readFileSync(file) };
}

/**
 * Bytes in use: the least of some moments, right after a garbage collection. At others what a call has worked with is still
 * held, at more or fewer of them by chance; what every call leaves behind raises the least as it does the rest.
 */
export interface InUse {
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
  readonly device: number;
}

export interface LongRun {
  /** During the first and the last tenth of the calls after the start. */
  readonly first: InUse;
  readonly last: InUse;
  /** What is left on the device when everything was disposed of. */
  readonly left: number;
  readonly seconds: number;
}

const samples = 10;

function inUse(device: Device): InUse {
  globalThis.gc!();
  const { rss: resident, heapUsed: heap, external } = process.memoryUsage();
  return { resident, heap, external, device: total(device) };
}

function total(device: Device): number {
  const { tensors, weights, workspace } = device.memory();
  return tensors + weights + workspace;
}

async function least(count: number, setting: Setting, call: Call): Promise<InUse> {
  const moments: InUse[] = [];
  for (let i = 1; i <= count; i++) {
    await call(setting);
    if (i % (count / samples) !== 0) continue;
    await setting.device.sync();
    moments.push(inUse(setting.device));
  }
  const of = (kind: keyof InUse) => Math.min(...moments.map((one) => one[kind]));
  return { resident: of('resident'), heap: of('heap'), external: of('external'), device: of('device') };
}

/** The part of the calls before memory is looked at: the engine compiles, pools start their threads, allocators fill. */
const start = 1 / 2;
/** Of fewer calls, what each leaves behind is lost in what moves without a trend. */
const fewest = 1000;

/** A call stands for so many, of those that take long for more than one: what one leaves behind is as much larger. */
const heavy: Readonly<Record<string, number>> = {
  loadNetwork: 1 / 2, // of 1,000 its heap has been seen to end 0.28 MiB higher, of 4,000 lower
  createNetwork: 10,
  'integratedGradients to a tolerance': 20,
  'randomisation of classes': 4,
  'randomisation of an input': 4,
  'randomisation of an array': 4,
  'saliency of ten crops': 4,
};

/** Calls a function `count` times, half of them for a start, in a process that does nothing else. */
export async function longRun(name: string, count: number): Promise<LongRun> {
  if (!(count >= fewest)) throw new RangeError(`a long run takes ${fewest} calls or more, got ${count}`);
  const folder = mkdtempSync(join(tmpdir(), 'deep-inside-'));
  const began = performance.now();
  try {
    const [setting, call] = [await prepared(folder), subjects[name] ?? leaks[name as keyof InUse]];
    const all = count / (heavy[name] ?? 1);
    const tenth = Math.ceil((all * (1 - start)) / 10 / samples) * samples;
    for (let i = 0; i < all * start; i++) await call(setting);
    const first = await least(tenth, setting, call);
    for (let i = 2 * tenth; i < all * (1 - start); i++) await call(setting);
    const last = await least(tenth, setting, call);
    await setting.network.dispose();
    await setting.device.sync();
    return { first, last, left: total(setting.device), seconds: (performance.now() - began) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
