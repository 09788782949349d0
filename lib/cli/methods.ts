import {
  gradCam,
  inputTimesGradient,
  integratedGradients,
  occlusion,
  smoothGrad,
  type ClassChoice,
  type GradCamOptions,
  type Image,
  type IntegratedGradientsOptions,
  type Network,
  type OcclusionOptions,
  type SaliencyMap,
  type SmoothGradOptions,
} from '../index.js';
import { gradCamSettings } from '../visualise/grad-cam.js';
import { integratedGradientsSettings } from '../visualise/integrated-gradients.js';
import { occlusionSettings } from '../visualise/occlusion.js';
import { smoothGradSettings } from '../visualise/smooth-grad.js';

/** The options of single methods. */
export interface OwnFlags
  extends
    Pick<SmoothGradOptions, 'variant' | 'samples' | 'noise' | 'seed' | 'signed'>,
    Pick<IntegratedGradientsOptions, 'steps' | 'tolerance'>,
    Pick<GradCamOptions, 'layer'>,
    Pick<OcclusionOptions, 'window' | 'stride'> {
  /** A path. */
  readonly baseline?: string;
}

type Explain = (
  net: Network,
  img: Image,
  classes: readonly ClassChoice[] | undefined,
  options: object,
) => Promise<SaliencyMap | SaliencyMap[]>;

export interface Method {
  readonly explain: Explain;
  /** Its own options, with those that are left out. */
  readonly settingsOf: (net: Network, options: object) => object;
  /** The options that it has beside those of all methods. */
  readonly options: readonly (keyof OwnFlags)[];
  /** Whether its maps have signs, to be drawn diverging about 0. */
  readonly signed: boolean;
}

/** The relatives of saliency by the names that the command line has for them. */
export const methods = {
  'input-times-gradient': { explain: inputTimesGradient, settingsOf: () => ({}), options: [], signed: true },
  'smooth-grad': {
    explain: smoothGrad,
    settingsOf: (_, options) => smoothGradSettings('smoothGrad', options),
    options: ['variant', 'samples', 'noise', 'seed', 'signed'],
    signed: false,
  },
  'integrated-gradients': {
    explain: integratedGradients,
    settingsOf: (_, options) => integratedGradientsSettings('integratedGradients', options),
    options: ['steps', 'tolerance', 'baseline'],
    signed: true,
  },
  'grad-cam': {
    explain: gradCam,
    settingsOf: (net, options) => gradCamSettings('gradCam', net, options),
    options: ['layer'],
    signed: false,
  },
  occlusion: {
    explain: occlusion,
    settingsOf: (net, options) => occlusionSettings('occlusion', net, options),
    options: ['window', 'stride'],
    signed: true,
  },
} satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;
