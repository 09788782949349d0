import type { ColourImage, ColourModel } from '../device/index.js';
import type { Marks } from './seeds.js';
import type { SegmentSettings } from './segment-settings.js';

/** Gaussian mixtures of the colours of either label (Sect. 3.2). */
export interface ColourModels {
  readonly foreground: ColourModel;
  readonly background: ColourModel;
}

/** The models of the colours of the seeds, each on a thread of its own. */
export function fitModels(image: ColourImage, seeds: Marks, settings: SegmentSettings): Promise<ColourModels> {
  const { components, clustering, covarianceFloor } = settings;
  // Native code asks for both, and reads neither for binary splits.
  const { rounds, seed } = { rounds: settings.rounds ?? 1, seed: settings.seed ?? 0 };
  const options = { components, clustering, rounds, seed, covarianceFloor };
  return ofBoth((label) => image.fit({ ...options, chosen: seeds[label] }));
}

/** The models made anew of what a cut has separated, as GrabCut does. */
export function refitModels(
  image: ColourImage,
  separated: Marks,
  models: ColourModels,
  { covarianceFloor }: SegmentSettings,
): Promise<ColourModels> {
  return ofBoth((label) => image.refit({ chosen: separated[label], model: models[label], covarianceFloor }));
}

async function ofBoth(model: (label: keyof ColourModels) => Promise<ColourModel>): Promise<ColourModels> {
  // An async function, so that what the second throws at once leaves nobody without hearing of the first.
  const one = async (label: keyof ColourModels) => model(label);
  const [foreground, background] = await Promise.all([one('foreground'), one('background')]);
  return { foreground, background };
}
