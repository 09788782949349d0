import { knownOptions } from '../check.js';
import type { ClassArgument } from '../net/class-names.js';
import type { ImageOf, ImageSource, ResultOf } from '../net/each-image.js';
import type { Network } from '../net/network.js';
import { elements } from '../ndarray.js';
import { emptyMaps, explainEach, explainOptions, type Asked, type ExplainOptions, type Found } from './explain-each.js';
import { gradientsAt } from './gradients-at.js';
import type { BestClass, MapsOf } from './saliency.js';
import type { SaliencyMap } from './saliency-map.js';

/**
 * What each pixel adds to a class score by its own linear approximation (Shrikumar et al. 2016, "Not just a black box"):
 * M[i][j] = sum over channels c of I[c][i][j] * dS/dI[c][i][j], signed. I is the net's input: zero-centred, so that 0,
 * which adds nothing, is the mean image. Units do not matter: what an input is multiplied with, its derivative is divided
 * by. The map is in units of the score; of a score that is linear in its input it sums to S(I) - S(0).
 *
 * @param net      the network
 * @param img      as for `saliency`: an image, an input, a batch, an array of these or an async iterable
 * @param cls      as for `saliency`: a class, several, or a function of the image's index; default the best
 * @param options  frame, score; of any call: onProgress, signal
 * @returns        [rows, cols] float32 with `seen` and `predictions`, or several of them, as of `saliency`
 * @throws         as `saliency`
 */
export function inputTimesGradient<Source extends ImageSource, Cls extends ClassArgument = BestClass>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: ExplainOptions = {},
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>> {
  const where = 'inputTimesGradient';
  return explainEach<Source, Cls, SaliencyMap>(where, net, img, cls, options, () => {
    knownOptions(where, options, explainOptions);
    return productsOf;
  });
}

async function productsOf(asked: Asked): Promise<Found> {
  const { net, classes, inputs } = asked;
  const [k, size] = [classes[0]!.length, elements(net.inputShape)];
  const area = elements(net.inputShape.slice(1));
  const maps = emptyMaps(asked);
  await gradientsAt(asked, {
    samples: 1,
    collect: (map) => (_, gradient) => {
      const input = inputs.subarray(Math.floor(map / k) * size);
      sumProducts(input, gradient, maps.subarray(map * area, (map + 1) * area));
    },
  });
  return { maps };
}

/** to[p] = sum over channels c of a[c][p] * b[c][p], in float64; all dense */
export function sumProducts(a: ArrayLike<number>, b: ArrayLike<number>, to: Float32Array): void {
  for (let p = 0; p < to.length; p++) {
    let sum = 0;
    for (let at = p; at < b.length; at += to.length) sum += a[at]! * b[at]!;
    to[p] = sum;
  }
}
