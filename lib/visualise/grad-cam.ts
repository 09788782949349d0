import { argumentError, knownOptions } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { ClassArgument } from '../net/class-names.js';
import type { ImageOf, ImageSource, ResultOf } from '../net/each-image.js';
import { scoredGraph, type Score } from '../net/edit-graph.js';
import { checkDependence, leadingTo } from '../net/gradient-request.js';
import { valueNamed } from '../net/layer-names.js';
import type { Network } from '../net/network.js';
import { resizeFloat } from '../image/resize.js';
import { array, elements } from '../ndarray.js';
import {
  emptyMaps,
  explainEach,
  explainOptions,
  explainSettings,
  type Asked,
  type ExplainOptions,
  type Found,
} from './explain-each.js';
import { gradientsAt } from './gradients-at.js';
import type { BestClass, MapsOf } from './saliency.js';
import type { SaliencyMap } from './saliency-map.js';

export interface GradCamOptions extends ExplainOptions {
  /** Whose channels are weighted, by name; default: the last with rows and columns before the score. */
  readonly layer?: string;
}

/**
 * Where in a layer the channels lie that speak for a class (Selvaraju et al. 2017, Eq. 1 and 2):
 *
 *     M = ReLU(sum over k of w_k A_k),   w_k = mean over rows and columns of dS/dA_k
 *
 * of the layer's channels A_k, resampled bilinearly onto the net's input. In units of the score, as if the gradient were
 * the same everywhere.
 *
 * Choice: the default layer is the last one before the score whose maps are larger than 1 x 1, after its ReLU or pooling.
 * In networks that end in a global mean of a channel for each class, such as SqueezeNet, that is the map of the class
 * itself, before its ReLU for the unclipped score; name the layer before the last convolution there for weights of many
 * channels.
 * Choice: the layer's map is stretched over the whole input, as Selvaraju et al. do, although padding and strides may
 * shift what its rim sees.
 *
 * @param net      the network
 * @param img      as for `saliency`: an image, an input, a batch, an array of these or an async iterable
 * @param cls      as for `saliency`: a class, several, or a function of the image's index; default the best
 * @param options  layer, frame, score; of any call: onProgress, signal
 * @returns        [rows, cols] float32, >= 0, with `seen` and `predictions`, or several of them, as of `saliency`
 * @throws         as `saliency`; ERR_ARGUMENT if there is no such layer, it has no rows and columns, or the score does not
 *                 depend on it
 */
export function gradCam<Source extends ImageSource, Cls extends ClassArgument = BestClass>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: GradCamOptions = {},
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>> {
  const where = 'gradCam';
  return explainEach<Source, Cls, SaliencyMap>(where, net, img, cls, options, () => {
    const { layer } = gradCamSettings(where, net, options);
    return (asked) => weighted(asked, layer);
  });
}

/** Whole settings, checked: the layer by the name of its value. */
export function gradCamSettings(where: string, net: Network, options: GradCamOptions) {
  knownOptions(where, options, ['layer', ...explainOptions]);
  const { score } = explainSettings(where, options);
  return { layer: layerOf(where, net, options.layer, score) };
}

/** The name of a value [n, channels, rows, cols] on which the score depends. */
function layerOf(where: string, net: Network, given: string | undefined, score: Score): string {
  const { graph, shapes } = net.targetContext;
  const { graph: whole, scored } = scoredGraph(graph, score);
  if (given === undefined) {
    const leading = leadingTo(whole, scored);
    const outputs = graph.nodes.map((node) => node.output).filter((name) => leading.has(name));
    const last = outputs.reverse().find((name) => elements(shapes.get(name)!.slice(2)) > 1);
    if (last !== undefined) return last;
    const message = `${where}: layer must be named, since no layer before the scores has rows and columns`;
    throw new DeepInsideError('ERR_ARGUMENT', `${message}; "${graph.input.name}" is the input`);
  }
  const value = valueNamed(where, graph, given);
  checkDependence(where, whole, scored, value, 'the score');
  if (shapes.get(value)!.length === 4) return value;
  const shape = shapes.get(value)!.slice(1).join(', ');
  throw argumentError(where, 'layer', 'one of [channels, rows, cols]', given, `its values are [${shape}]`);
}

async function weighted(asked: Asked, layer: string): Promise<Found> {
  const { net } = asked;
  const [channels, ...layerSize] = net.targetContext.shapes.get(layer)!.slice(1) as [number, number, number];
  const [, ...mapSize] = net.inputShape;
  const area = elements(mapSize);
  const maps = emptyMaps(asked);
  await gradientsAt(asked, {
    samples: 1,
    to: layer,
    read: [layer],
    collect:
      (map) =>
      (_, gradient, [activation]) => {
        const ofLayer = array(classActivation(activation!, gradient, channels), layerSize);
        maps.set(resizeFloat(ofLayer, mapSize).data, map * area);
      },
  });
  return { maps };
}

/** ReLU(sum over k of w_k A_k); both arrays dense [channels, rows, cols] */
function classActivation(activation: Float32Array, gradient: Float32Array, channels: number): Float32Array {
  const area = activation.length / channels;
  const sums = new Float64Array(area);
  for (let k = 0; k < channels; k++) {
    let weight = 0;
    for (let at = k * area; at < (k + 1) * area; at++) weight += gradient[at]! / area;
    if (weight !== 0) for (let p = 0; p < area; p++) sums[p]! += weight * activation[k * area + p]!;
  }
  return Float32Array.from(sums, (sum) => Math.max(sum, 0));
}
