import type { ColourImage } from '../device/index.js';
import type { SegmentSettings } from './segment-settings.js';

/**
 * beta of the edges' e^(-beta c), where c is the squared difference of two pixels' colours from 0 to 1: 2 / mean c as in
 * iseg, or 1 / (2 mean c) as in GrabCut. 0, so that all edges weigh gamma, where the image has one colour.
 */
export async function betaOf(image: ColourImage, settings: SegmentSettings, threads: number): Promise<number> {
  const { beta, neighbours } = settings;
  if (typeof beta === 'number') return beta;
  const mean = await image.meanContrast({ neighbours, threads });
  if (mean === 0) return 0;
  return beta === 'iseg' ? 2 / mean : 1 / (2 * mean);
}
