import { localise } from '#lib/localise/localise.js';
import { array } from '#lib/ndarray.js';
import type { CallOptions } from '#lib/net/call.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import type { PreprocessingChoice } from '#lib/net/preprocessing.js';
import { classModel } from '#lib/visualise/class-model.js';
import { gradCam } from '#lib/visualise/grad-cam.js';
import { insertionDeletion } from '#lib/visualise/insertion-deletion.js';
import { inputTimesGradient } from '#lib/visualise/input-times-gradient.js';
import { integratedGradients } from '#lib/visualise/integrated-gradients.js';
import { occlusion } from '#lib/visualise/occlusion.js';
import { randomisation } from '#lib/visualise/randomisation.js';
import { reconstruct } from '#lib/visualise/reconstruct.js';
import { saliency } from '#lib/visualise/saliency.js';
import { smoothGrad } from '#lib/visualise/smooth-grad.js';
import { topActivations } from '#lib/visualise/top-activations.js';
import { miniAlexNet } from '../support/nets.js';
import { inputFor } from '../support/networks.js';
import { picture } from '../support/pictures.js';

export const net = miniAlexNet();

/** Images become [3, 35, 31] by way of [40, 44]. */
export const preprocessing: PreprocessingChoice = {
  ...{ channelOrder: 'RGB', range: 1, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] },
  ...{ resize: { rows: 40, cols: 44 }, crop: 'centre' },
};

const [one, two, three] = [1, 2, 3].map((seed) => inputFor(net, seed));
const batch = inputFor(net, 4, 2);
const photo = picture(5, 50, 60);
/** Of the size of the network's input. */
const map = array(three!.data.slice(0, 35 * 31), [35, 31]);

async function* stream() {
  for (const img of [one!, photo, two!]) yield await Promise.resolve(img);
}

/** A call on a network of `net`, and nothing else, so that it may be repeated with the same outcome. */
export type NetworkCall = (network: Network) => Promise<unknown>;

/** Calls that need the network once. */
export const calls: Readonly<Record<string, NetworkCall>> = {
  'net.forward': (network) => network.forward(batch),
  'net.forward of layers': (network) => network.forward(one!, { layers: ['relu1', 'conv2', 'fc7'] }),
  'net.gradient': (network) => network.gradient(two!, { layer: 'conv2', channel: 3 }, { rule: 'guided' }),
};

/** The same for functions that can be interrupted. */
export const interruptible: Readonly<Record<string, (network: Network, options?: CallOptions) => Promise<unknown>>> = {
  'saliency of an input': (network, options) => saliency(network, one!, 2, { ...options, signed: true }),
  'saliency of an image': (network, options) => saliency(network, photo, undefined, { ...options, frame: 'image' }),
  'saliency of classes': (network, options) => saliency(network, two!, [2, 5, 3], options),
  'saliency of a batch': (network, options) => saliency(network, batch, [1, 4], { ...options, rule: 'deconvnet' }),
  'classModel of classes': (network, options) =>
    classModel(network, [2, 5], { ...options, preset: 'robust', steps: 3, jitter: 2, totalVariation: 0.1 }),
  'reconstruct of a strongest unit': (network, options) =>
    reconstruct(network, photo, { layer: 'relu2', channel: 3 }, { ...options, lrn: 'identity' }),
  'reconstruct of a batch': (network, options) =>
    reconstruct(network, batch, { class: 2 }, { ...options, to: 'pool1' }),
  'randomisation of classes': (network, options) => randomisation(network, photo, [2, 4], options),
  'randomisation of an input': (network, options) =>
    randomisation(network, one!, undefined, { ...options, order: 'independent', rules: ['deconvnet'] }),
  'saliency of ten crops': (network, options) => saliency(network, photo, 1, { ...options, tenCrops: true }),
  'localise of classes': (network, options) => localise(network, photo, [2, 5], { ...options, workSize: 40 }),
  classify: (network, options) => classify(network, one!, { ...options, top: 3 }),
  'classify with ten crops': (network, options) => classify(network, photo, { ...options, tenCrops: true }),
};

/** And of those that need the network again and again. */
export const sequences: typeof interruptible = {
  'inputTimesGradient of an input': (network, options) => inputTimesGradient(network, one!, 2, options),
  'smoothGrad of an image': (network, options) => smoothGrad(network, photo, undefined, { ...options, samples: 3 }),
  'integratedGradients of a batch': (network, options) =>
    integratedGradients(network, batch, 1, { ...options, steps: 4 }),
  'gradCam of an image': (network, options) => gradCam(network, photo, [1, 3], { ...options, layer: 'relu2' }),
  'occlusion of an input': (network, options) => occlusion(network, two!, 4, { ...options, window: 20, stride: 15 }),
  'integratedGradients to a tolerance': (network, options) =>
    integratedGradients(network, two!, 1, { ...options, tolerance: 0.01 }),
  'insertionDeletion of an image': (network, options) =>
    insertionDeletion(network, photo, map, undefined, { ...options, steps: 10 }),
  'insertionDeletion of an array': (network, options) =>
    insertionDeletion(network, [one!, two!], [map, map], 3, { ...options, steps: 2, insertion: photo }),
  'randomisation of an array': (network, options) => randomisation(network, [one!, photo], 1, options),
  'saliency of an array': (network, options) => saliency(network, [one!, photo, three!], 1, options),
  'saliency of an async iterable': (network, options) => all(saliency(network, stream(), [2, 3], options)),
  'reconstruct of an array': (network, options) => reconstruct(network, [one!, photo, two!], { class: 3 }, options),
  'topActivations of an array': (network, options) =>
    topActivations(network, [one!, photo, three!], 'conv2', { ...options, channels: [2, 7], count: 2 }),
  'topActivations of an async iterable': (network, options) =>
    topActivations(network, stream(), 'fc7', { ...options, channels: [1], count: 2 }),
  'localise of an array': (network, options) =>
    localise(network, [photo, photo], undefined, { ...options, top: 2, tenCrops: false, workSize: 40 }),
  'classify of an async iterable': (network, options) => all(classify(network, stream(), options)),
};

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}
