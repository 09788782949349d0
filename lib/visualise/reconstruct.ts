import { batchOf, type Batch, type NetworkInput } from '../net/batch.js';
import { callOptions, type CallOptions } from '../net/call.js';
import { demandNetwork } from '../net/demand-network.js';
import { eachImage, type ImageSource, type ResultOf } from '../net/each-image.js';
import { gradientRequest, type GradientOptions, type GradientRequest } from '../net/gradient-request.js';
import { valueNamed } from '../net/layer-names.js';
import type { Network } from '../net/network.js';
import { inParts } from '../net/parts.js';
import { inputAt, type Subject } from '../net/subject.js';
import type { Target } from '../net/target.js';
import { array, elements, type FloatArray } from '../ndarray.js';
import {
  reconstructedTarget,
  unitsOf,
  valuesAt,
  type GivenTarget,
  type ReconstructedTarget,
} from './reconstructed-target.js';

/** `rule` is 'deconvnet' unless it is given. */
export interface ReconstructOptions extends GradientOptions, CallOptions {}

export interface Reconstruction {
  /** [channels, rows, cols] of the net's input, in its order of channels; or of the layer `to`. */
  readonly reconstruction: FloatArray;
  /** What it is a reconstruction from, in this image. */
  readonly target: ReconstructedTarget;
  /** Whether it is 0 everywhere, as DeconvNet's from some class scores are: nothing of the signal came through. */
  readonly zero: boolean;
}

/**
 * What a float32 input gives: a reconstruction, or one for each input of a batch. The type of an array does not tell
 * which; it counts as one input unless the result is declared as an array.
 */
export type OneOrMany = Reconstruction | Reconstruction[];

/**
 * What a unit, a channel or a class score sees in an image: a signal of 1 is sent from there back to the input (Sect. 4).
 * Convolutions pass it to their inputs by the same filters, R_n = R_{n+1} * flipped K_n, max pooling to the switches that
 * it recorded, all as in back-propagation; every ReLU from the target downwards, its own included, by the rule
 *
 *     'gradient'   R_n = R_{n+1} 1(X_n > 0)                  (back-propagation, Eq. 4)
 *     'deconvnet'  R_n = R_{n+1} 1(R_{n+1} > 0)              (Zeiler & Fergus 2014)
 *     'guided'     R_n = R_{n+1} 1(X_n > 0) 1(R_{n+1} > 0)   (Springenberg et al. 2015)
 *
 * @param net      the network
 * @param img      [rows, cols, 1 | 3 | 4] uint8 image, or a float32 input [channels, rows, cols] of the net's own shape;
 *                 a batch [n, channels, rows, cols]; an array of these, or an async iterable
 * @param target   { layer, channel, row, col }; { layer, channel }, its strongest unit in each image; { class };
 *                 { classes }, a contrast; or { layer, weights }
 * @param options  rule: 'deconvnet' (default), 'gradient' or 'guided'; lrn: 'gradient' (default) or 'identity'; to: a
 *                 layer instead of the input; score, for class targets; onProgress, signal
 * @returns        reconstruction, target and zero; an array of these for a batch, of whose inputs each has a strongest
 *                 unit of its own. For an array an array of results, for an async iterable an async generator of them,
 *                 as `saliency` gives it. Reconstructions are never clipped or scaled, and with respect to the input,
 *                 not to an image's pixels
 * @throws         ERR_SHAPE or ERR_DTYPE if `img` is none of these; ERR_ARGUMENT if there is no such layer, unit or
 *                 class, or the target does not depend on `to`; the reason of an aborted signal
 */
export function reconstruct<Result extends OneOrMany = Reconstruction>(
  net: Network,
  img: FloatArray,
  target: Target,
  options?: ReconstructOptions,
): Promise<Result>;
export function reconstruct<Result extends OneOrMany = Reconstruction>(
  net: Network,
  img: readonly FloatArray[],
  target: Target,
  options?: ReconstructOptions,
): Promise<Result[]>;
export function reconstruct<Result extends OneOrMany = Reconstruction>(
  net: Network,
  img: AsyncIterable<FloatArray>,
  target: Target,
  options?: ReconstructOptions,
): AsyncGenerator<Result, void, undefined>;
export function reconstruct<Source extends ImageSource>(
  net: Network,
  img: Source,
  target: Target,
  options?: ReconstructOptions,
): ResultOf<Source, Reconstruction>;
export function reconstruct<Source extends ImageSource>(
  net: Network,
  img: Source,
  target: Target,
  options: ReconstructOptions = {},
): ResultOf<Source, OneOrMany> {
  const where = 'reconstruct';
  return eachImage(where, img, options, () => {
    demandNetwork(where, net);
    const context = net.targetContext;
    const asked = gradientRequest(where, context, target, options, 'deconvnet', callOptions);
    const layer = 'layer' in target ? valueNamed(where, context.graph, target.layer) : null;
    const request = { ...asked, given: target, layer, signal: options.signal };
    return (one, subject) => reconstructionsOf(net, one, subject, request);
  });
}

interface Request extends GradientRequest, GivenTarget, Pick<CallOptions, 'signal'> {}

async function reconstructionsOf(
  net: Network,
  img: NetworkInput,
  subject: Subject,
  request: Request,
): Promise<OneOrMany> {
  const batch = batchOf(subject, net, img);
  const [signals, scores, values, units] = await inParts(batch, net.largestBatch, (part) =>
    passBack(net, part, request),
  );
  const shape = net.targetContext.shapes.get(request.to)!.slice(1);
  const [size, classes] = [elements(shape), net.classes.length];
  const results = Array.from({ length: batch.n }, (_, i): Reconstruction => {
    const signal = batch.n === 1 ? signals : signals.slice(i * size, (i + 1) * size);
    const ofClasses = scores.subarray(i * classes, (i + 1) * classes);
    const findings = { scores: ofClasses, value: values[i]!, unit: units[i]! };
    const target = reconstructedTarget(net, request, findings, inputAt(subject, batch, i));
    return { reconstruction: array(signal, shape), target, zero: signal.every((value) => value === 0) };
  });
  return batch.single ? results[0]! : results;
}

/** Of n inputs: the signals [n, ...], S_c [n, classes], and what they start from: its values [n] and units [n]. */
async function passBack(net: Network, { n, data }: Batch, request: Request) {
  const { target, layer, rule, lrn, to, score, signal } = request;
  const read = layer === null ? [] : [layer];
  const { start, readings } = await net.withPass({ n, score, inputs: data, signal, read }, async (pass) => {
    const start = await target.start(pass);
    const signals = pass.backward(start, rule, to, lrn);
    const of = layer === null ? pass.scored : pass.activation(layer);
    return { start, readings: [signals, pass.scores, of].map((tensor) => tensor.read()) };
  });
  const [signals, scores, of] = (await Promise.all(readings)) as [Float32Array, Float32Array, Float32Array];
  return [signals, scores, valuesAt(start, of, n), unitsOf(start, n)] as const;
}
