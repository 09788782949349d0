import type { Part } from '../image/resize.js';
import { batchOf, type NetworkInput } from '../net/batch.js';
import { eachImage } from '../net/each-image.js';
import type { Network } from '../net/network.js';
import type { FloatArray, Image } from '../ndarray.js';
import { BestUnits } from './best-units.js';
import { findBestUnits } from './find-best-units.js';
import { reconstructUnits } from './reconstruct-units.js';
import { topRequest, type TopActivationsOptions, type TopRequest } from './top-activations-options.js';

export type { TopActivationsOptions };

/** A unit that is among the strongest of its channel. */
export interface TopUnit {
  /** Index in the array or iterable, where each input of a batch counts as an image. */
  readonly image: number;
  readonly row: number;
  readonly col: number;
  /** Its activation, after the ReLU that follows the layer, if one does. */
  readonly value: number;
  /** Its receptive field in the net's input. */
  readonly field: Part;
  /** What the net saw there: [field.rows, field.cols, 3 | 1]; null where the net's preprocessing is not known. */
  readonly patch: Image | null;
  /** The reconstruction there, beyond which it is 0: [channels, field.rows, field.cols], in the net's order of channels. */
  readonly reconstruction: FloatArray;
  /** Whether it is 0 everywhere. */
  readonly zero: boolean;
}

export interface ChannelTop {
  readonly channel: number;
  /** Strongest first, of equal ones that of the earlier image; fewer where fewer images excite the channel. */
  readonly units: readonly TopUnit[];
}

/**
 * What excites the channels of a layer most over a set of images, and what of it: of each channel the strongest units, at
 * most one per image, with the patch of the image that each sees and its reconstruction (Sect. 4; Zeiler & Fergus 2014,
 * Fig. 2). In each image that is the largest value of the channel, the first one in row-major order; a value of 0, of a
 * channel that did not fire, is left out, and so is a unit that sees nothing but padding (SqueezeNet 1.0
 * pads its 1 x 1 convolution, so that the rim of its class maps is the bias).
 *
 * Images are read once, and of them only the inputs of the current best are kept: at most channels * count. So name the
 * channels where a layer has many: 512 channels of a net that takes 3 x 224 x 224 may keep 2.8 GB.
 *
 * @param net      the network
 * @param images   an array of images, inputs and batches, or an async iterable of them
 * @param layer    the name of a node or of its output
 * @param options  channels, default all; count, default 9; rule, default 'deconvnet'; lrn; onProgress, signal
 * @returns        the channels in the order that was given; the same whatever the order of equal images' arrival
 * @throws         ERR_ARGUMENT if there is no such layer or channel; what `reconstruct` throws of images
 */
export async function topActivations(
  net: Network,
  images: readonly NetworkInput[] | AsyncIterable<NetworkInput>,
  layer: string,
  options: TopActivationsOptions = {},
): Promise<ChannelTop[]> {
  const where = 'topActivations';
  let search = null as { readonly request: TopRequest; readonly best: BestUnits } | null;
  const searching = eachImage(where, images, options, () => {
    const request = topRequest(where, net, images, layer, options);
    const best = new BestUnits(request.channels.length, request.count);
    search = { request, best };
    let before = 0;
    return async (img, subject) => {
      const batch = batchOf(subject, net, img);
      before += batch.n;
      await findBestUnits(net, best, { batch, first: before - batch.n, subject }, request);
    };
  });
  if (Symbol.asyncIterator in searching) while (!(await searching.next()).done);
  else await searching;
  const { best, request } = search!;
  return reconstructUnits(net, best, request);
}
