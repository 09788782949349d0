import type { MethodNote } from '../gallery/data.js';
import { saliency, type ClassChoice, type Image, type Network, type ReluRule } from '../index.js';
import { saliencySettings } from '../visualise/saliency-options.js';
import { methods, type Method, type MethodName } from './methods.js';

/** A method as a report tells of it. */
export interface ReportMethod extends MethodNote, Pick<Method, 'explain' | 'settingsOf' | 'options' | 'signed'> {}

/** Saliency with a rule, called as its relatives are. */
function bySaliency(rule: ReluRule): Pick<Method, 'explain' | 'settingsOf' | 'options' | 'signed'> {
  const explain = (net: Network, img: Image, classes: readonly ClassChoice[] | undefined, options: object) =>
    classes ? saliency(net, img, classes, { ...options, rule }) : saliency(net, img, undefined, { ...options, rule });
  return { explain, settingsOf: () => ({ rule: saliencySettings({ rule }).rule }), options: [], signed: false };
}

/** By the names of --method, in the order in which a report shows them. */
export const reportMethods = {
  gradient: {
    title: 'Gradient',
    text: 'How fast the score changes with each pixel: the largest magnitude of the derivative over the colours.',
    source: 'Simonyan et al. 2013, Sect. 3.1',
    ...bySaliency('gradient'),
  },
  guided: {
    title: 'Guided back-propagation',
    text: 'The same, but ReLUs also hold back what is negative on its way down. Sharper, and less about the class than about edges.',
    source: 'Springenberg et al. 2015',
    ...bySaliency('guided'),
  },
  deconvnet: {
    title: 'DeconvNet',
    text: 'The same, but ReLUs hold back what is negative on its way down, and nothing else.',
    source: 'Zeiler & Fergus 2014; Simonyan et al. 2013, Sect. 4',
    ...bySaliency('deconvnet'),
  },
  'smooth-grad': {
    title: 'SmoothGrad',
    text: 'The mean of the derivatives at noisy copies of the image.',
    source: 'Smilkov et al. 2017',
    ...methods['smooth-grad'],
  },
  'input-times-gradient': {
    title: 'Input × gradient',
    text: 'The derivative times the pixel, less the mean image: what a linear network would add to the score there.',
    source: 'Shrikumar et al. 2016',
    ...methods['input-times-gradient'],
  },
  'integrated-gradients': {
    title: 'Integrated gradients',
    text: 'The derivatives on the straight way from the mean image, times how far it is. Its sum should be what the score gains on that way.',
    source: 'Sundararajan et al. 2017',
    ...methods['integrated-gradients'],
  },
  'grad-cam': {
    title: 'Grad-CAM',
    text: 'The channels of a late layer, weighted by their mean derivatives and stretched over the image: coarse, and about the class.',
    source: 'Selvaraju et al. 2017',
    ...methods['grad-cam'],
  },
  occlusion: {
    title: 'Occlusion',
    text: 'How much of the score a square of the mean image takes away where it covers the image.',
    source: 'Zeiler & Fergus 2014',
    ...methods.occlusion,
  },
} satisfies Record<MethodName | ReluRule, ReportMethod>;

export type ReportMethodName = keyof typeof reportMethods;
export const reportMethodNames = Object.keys(reportMethods) as ReportMethodName[];

/** What a report shows unless told otherwise. */
export const defaultMethods: readonly ReportMethodName[] = [
  'gradient',
  'guided',
  'smooth-grad',
  'integrated-gradients',
  'grad-cam',
  'occlusion',
];
