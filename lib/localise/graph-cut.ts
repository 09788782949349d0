import { availableParallelism } from 'node:os';
import { onAbort } from '../abort.js';
import { colourImage, type ColourImage, type Device } from '../device/index.js';
import { inBlocks, inSlices, type Steps } from '../steps.js';
import { betaOf } from './beta.js';
import { fitModels, refitModels, type ColourModels } from './colour-models.js';
import type { CheckedGrid } from './grid.js';
import { cutGrid } from './max-flow.js';
import { countOf, type Marks } from './seeds.js';
import type { SegmentSettings } from './segment-settings.js';
import type { WorkImage } from './work-grid.js';

/** Where it is computed; no result depends on it. */
export interface Where {
  readonly device: Device;
  readonly signal: AbortSignal | undefined;
}

export interface GraphCut {
  /** [rows, cols] 1 or 0. */
  readonly foreground: Uint8Array;
  /** What was cut for it. */
  readonly grid: CheckedGrid;
}

/**
 * The labelling of least energy: the sum over pixels of what their label costs by the colour models of the seeds, and
 * over neighbours of different labels of gamma e^(-beta c) (Boykov and Jolly 2001, the paper's GraphCut colour
 * segmentation). Later iterations have the models of what the one before has separated, until nothing changes or one of
 * the labels has no pixels left to speak of; a cut that loses a label is kept only if it is the first.
 *
 * @param clamps  pixels whose label is given; null: none
 */
export async function graphCut(
  image: WorkImage,
  seeds: Marks,
  clamps: Marks | null,
  settings: SegmentSettings,
  { device, signal }: Where,
): Promise<GraphCut> {
  const { rows, cols } = image;
  const pixels = colourImage({ shape: [rows, cols], image: image.colours });
  const forget = signal && onAbort(signal, () => pixels.dispose());
  try {
    return await cutOf({ rows, cols, pixels }, seeds, clamps, settings, { device, signal });
  } catch (reason) {
    // Which says more than that the pixels are gone.
    signal?.throwIfAborted();
    throw reason;
  } finally {
    forget?.();
    pixels.dispose();
  }
}

/** The image where colours are computed. */
interface Coloured {
  readonly rows: number;
  readonly cols: number;
  readonly pixels: ColourImage;
}

async function cutOf(
  image: Coloured,
  seeds: Marks,
  clamps: Marks | null,
  settings: SegmentSettings,
  { device, signal }: Where,
): Promise<GraphCut> {
  const { pixels } = image;
  // Colour models are the host's work, whose threads a GPU doesn't count.
  const threads = device.kind === 'cpu' ? device.threads : availableParallelism();
  const [beta, first] = await Promise.all([betaOf(pixels, settings, threads), fitModels(pixels, seeds, settings)]);
  let [models, result] = [first, null as GraphCut | null];
  for (let iteration = 1; iteration <= settings.iterations; iteration++) {
    signal?.throwIfAborted();
    if (result) models = await refitModels(pixels, await inSlices(separatedBy(result)), models, settings);
    const grid = await gridOf(image, models, clamps, settings, { beta, threads });
    const foreground = (await cutGrid(device, grid, signal)).foreground.data;
    const goesOn = await inSlices(hasTwoLabels(foreground));
    if (result && !goesOn) break;
    const settled = result !== null && Buffer.compare(result.foreground, foreground) === 0;
    result = { foreground, grid };
    if (settled || !goesOn) break;
  }
  return result!;
}

function* separatedBy({ foreground }: GraphCut): Steps<Marks> {
  const background = new Uint8Array(foreground.length);
  yield* inBlocks(background.length, 2, (begin, end) => invert(foreground, background, begin, end));
  return { foreground, background };
}

function invert(from: Uint8Array, to: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) to[i] = 1 - from[i]!;
}

/** Whether either label has the three pixels that make a Gaussian. */
function* hasTwoLabels(foreground: Uint8Array): Steps<boolean> {
  const count = yield* countOf(foreground);
  return count >= 3 && foreground.length - count >= 3;
}

async function gridOf(
  { rows, cols, pixels }: Coloured,
  models: ColourModels,
  clamps: Marks | null,
  { uniform, cap, gamma, neighbours, scale }: SegmentSettings,
  energy: { readonly beta: number; readonly threads: number },
): Promise<CheckedGrid> {
  const clamped = {
    clampedForeground: clamps && clamps.foreground,
    clampedBackground: clamps && clamps.background,
  };
  const capacities = await pixels.capacities({
    ...models,
    ...clamped,
    ...energy,
    uniform,
    cap,
    gamma,
    neighbours,
    scale,
  });
  return { rows, cols, ...capacities };
}
