/**
 * So often that it takes for ever, as far as a test is concerned. On CUDA replays are handed to the driver one by one,
 * which that call waits for: there it is for longer than a step takes.
 */
export const endless = (kind: string): number => (kind === 'cpu' ? 1e9 : 30);

const library = import.meta.resolve('#lib/index.js');
const internals = import.meta.resolve('#lib/device/index.js');
const ndarray = import.meta.resolve('ndarray');

/**
 * Steps of the library's life at which a thread may end: the source of a module that goes there and then does `end`.
 * `long` is how often the operation that is under way repeats.
 */
export type Step = (kind: string, end: string, long: number) => string;

const opened = (kind: string) => `
  import { createNetwork, openDevice, saliency } from '${library}';
  import ndarray from '${ndarray}';
  const device = await openDevice('${kind}', ${kind === 'cpu' ? '{ threads: 2 }' : '{}'});`;

const busy = (kind: string, long: number) => `${opened(kind)}
  const x = device.tensor([8, 16, 128, 128], 'float32');
  const recording = device.capture(() => device.relu(x, x));
  recording.replay(${long});`;

const planning = `
  const weights = await device.weights(new Float32Array(64 * 64 * 9), [64, 64, 3, 3], null);
  const plan = (rows) => device.planConv2d({ x: [1, 64, rows, 28], weights, stride: [1, 1], pad: [1, 1, 1, 1],
    dilation: [1, 1], groups: 1, activation: 'none' });`;

const network = (kind: string) => `${opened(kind)}
  const net = await createNetwork('squeezenet1_1', { device, classes: 10 });
  const image = ndarray(new Float32Array(3 * 227 * 227).fill(1), net.inputShape);`;

/** Noise, which takes k-means all its rounds; one thread of libuv for each fit. */
const fitting = `
  import { colourImage } from '${internals}';
  const image = Uint8Array.from({ length: 400 * 400 * 3 }, (_, i) => (i * i * 31) >>> 8);
  const pixels = colourImage({ shape: [400, 400], image });
  const fit = () => pixels.fit({ chosen: new Uint8Array(400 * 400).fill(1), components: 32,
    clustering: 'k-means', rounds: 20, seed: 1, covarianceFloor: 1e-4 });`;

/**
 * Excess has far to go from the first columns to the last. On CUDA cuts are more and smaller: a GPU has soon made them, and
 * the one that is under way must end before the process can, for which the host in its place takes seconds of a large one.
 */
const cutting = (kind: string) => `
  import { maxFlow } from '${library}';
  const [rows, cols, times] = ${kind === 'cpu' ? '[300, 400, 4]' : '[100, 133, 12]'};
  const capacities = (of) => Int32Array.from({ length: rows * cols }, (_, i) => of(i % cols, (i * i * 31) >>> 8 & 255));
  const grid = { rows, cols, source: capacities((col) => (col < 9 ? 4000 : 0)),
    sink: capacities((col) => (col > cols - 9 ? 4000 : 0)), right: capacities((_, noise) => noise),
    down: capacities((_, noise) => noise) };`;

const later = 'await new Promise((resolve) => setTimeout(resolve, 15));';

export const steps: Readonly<Record<string, Step>> = {
  'before a device has opened': (kind, end) => `
    import { openDevice } from '${library}';
    const opening = openDevice('${kind}');
    ${end}`,
  'with an open device': (kind, end) => `${opened(kind)} ${end}`,
  'while plans are made': (kind, end) => `${opened(kind)} ${planning}
    for (let rows = 8; rows < 300; rows++) plan(rows);
    ${later} ${end}`,
  'while operations wait': (kind, end, long) => `${busy(kind, long)} for (let i = 0; i < 100; i++) device.relu(x, x);
    x.write(new Float32Array(8 * 16 * 128 * 128)); ${end}`,
  'while an operation runs': (kind, end, long) => `${busy(kind, long)} ${later} ${end}`,
  'while reads wait': (kind, end, long) => `${busy(kind, long)} x.read(); x.read(new Float32Array(8 * 16 * 128 * 128));
    device.sync(); ${later} ${end}`,
  'inside a recording': (kind, end) => `${busy(kind, 1)}
    device.capture(() => { device.relu(x, x); ${end} });`,
  'after dispose with work queued': (kind, end, long) =>
    `${busy(kind, long)} x.read(); device.dispose(); ${later} ${end}`,
  'when nobody holds the device any more': (kind, end, long) => `
    import { openDevice } from '${library}';
    await (async () => {
      const device = await openDevice('${kind}');
      const x = device.tensor([8, 16, 128, 128], 'float32');
      device.capture(() => device.relu(x, x)).replay(${long});
    })();
    globalThis.gc?.(); ${later} globalThis.gc?.(); ${later} ${end}`,
  'while colours are fitted': (kind, end) => `${opened(kind)} ${fitting}
    for (let i = 0; i < 4; i++) fit();
    ${later} ${end}`,
  'while grids are cut': (kind, end) => `${opened(kind)} ${cutting(kind)}
    for (let i = 0; i < times; i++) maxFlow(grid, { device });
    ${later} ${end}`,
  'while a network is made': (kind, end) => `
    import { createNetwork } from '${library}';
    createNetwork('squeezenet1_1', { device: '${kind}' });
    ${later} ${end}`,
  'while a network plans its first call': (kind, end) => `${network(kind)} saliency(net, image, 1); ${later} ${end}`,
  'while a network has calls in flight': (kind, end) => `${network(kind)} await saliency(net, image, 1);
    for (let i = 0; i < 4; i++) saliency(net, image, i);
    ${later} ${end}`,
  'after a network was disposed of with calls in flight': (kind, end) => `${network(kind)}
    for (let i = 0; i < 4; i++) saliency(net, image, i);
    net.dispose(); ${later} ${end}`,
};
