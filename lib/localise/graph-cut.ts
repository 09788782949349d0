import { availableParallelism } from 'node:os';
import { colourArithmetic, type Device } from '../device/index.js';
import { inBlocks, inSlices, type Steps } from '../steps.js';
import { betaOf } from './beta.js';
import { fitModels, pixelsOf, refitModels, type ColourModels } from './colour-models.js';
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
  // Colour models are the host's work, whose threads a GPU doesn't count.
  const threads = device.kind === 'cpu' ? device.threads : availableParallelism();
  const [beta, first] = await Promise.all([betaOf(image, settings, threads), fitModels(image, seeds, settings)]);
  const energy = { clamps: clamps && codesOf(clamps), beta, threads };
  let [models, result] = [first, null as GraphCut | null];
  for (let iteration = 1; iteration <= settings.iterations; iteration++) {
    signal?.throwIfAborted();
    if (result) models = await refitModels(image, await inSlices(separatedBy(result)), models, settings);
    const grid = await gridOf(image, models, settings, energy);
    const foreground = (await cutGrid(device, grid)).foreground.data;
    const goesOn = hasTwoLabels(foreground);
    if (result && !goesOn) break;
    const settled = result !== null && Buffer.compare(result.foreground, foreground) === 0;
    result = { foreground, grid };
    if (settled || !goesOn) break;
  }
  return result!;
}

function* separatedBy({ foreground }: GraphCut): Steps<Marks> {
  const background = new Uint8Array(foreground.length);
  yield* inBlocks(background.length, 2, (begin, end) => {
    for (let i = begin; i < end; i++) background[i] = 1 - foreground[i]!;
  });
  return { foreground, background };
}

/** Whether either label has the three pixels that make a Gaussian. */
function hasTwoLabels(foreground: Uint8Array): boolean {
  const count = countOf(foreground);
  return count >= 3 && foreground.length - count >= 3;
}

/** As native code takes them: 1 for foreground, 2 for background. */
function codesOf({ foreground, background }: Marks): Uint8Array {
  const codes = new Uint8Array(foreground.length);
  for (let i = 0; i < codes.length; i++) codes[i] = foreground[i]! + 2 * background[i]!;
  return codes;
}

async function gridOf(
  image: WorkImage,
  models: ColourModels,
  { uniform, cap, gamma, neighbours, scale }: SegmentSettings,
  energy: { clamps: Uint8Array | null; beta: number; threads: number },
): Promise<CheckedGrid> {
  const { rows, cols } = image;
  const request = { ...pixelsOf(image), ...models, ...energy, uniform, cap, gamma, neighbours, scale };
  return { rows, cols, ...(await colourArithmetic().gridCapacities(request)) };
}
