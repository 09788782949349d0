import type { SegmentSettings } from './segment-settings.js';

export type SegmentPreset = 'iseg' | 'grabcut';

/** What both have of the paper (the quantiles of the colour models) and of the authors' lab (all else). */
const common = {
  workSize: 256,
  quantiles: { foreground: 0.95, background: 0.3 },
  clamps: { foreground: 0.995, background: 0.005 },
  components: 5,
  scale: 50,
} as const;

/** Where clustering is by k-means and nothing else is said. */
export const kMeans = { rounds: 10, seed: 0 } as const;

/**
 * 'iseg' is the energy of the implementation that the paper names (http://www.robots.ox.ac.uk/~vgg/software/iseg/) with
 * the parameters of the lab's localisation script; 'grabcut' that of Rother, Kolmogorov and Blake (2004) as in OpenCV.
 */
export const presets: Record<SegmentPreset, SegmentSettings> = {
  iseg: {
    ...common,
    clustering: 'binary-split',
    rounds: null,
    seed: null,
    covarianceFloor: 1e-4,
    uniform: 0.05,
    cap: 100,
    gamma: 150,
    beta: 'iseg',
    neighbours: 4,
    iterations: 1,
    postProcess: true,
  },
  grabcut: {
    ...common,
    clustering: 'k-means',
    ...kMeans,
    // One grey level squared.
    covarianceFloor: 1 / 255 ** 2,
    uniform: 0,
    cap: null,
    gamma: 50,
    beta: 'grabcut',
    neighbours: 8,
    iterations: 5,
    postProcess: false,
  },
};
