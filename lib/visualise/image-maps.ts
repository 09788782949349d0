import type { Batch } from '../net/batch.js';
import { topClass } from '../net/class-names.js';
import type { Network } from '../net/network.js';
import { best, standingOf } from '../net/predictions.js';
import type { Subject } from '../net/subject.js';
import type { View } from '../net/view.js';
import { array, elements } from '../ndarray.js';
import { inSlices } from '../steps.js';
import { classMaps, type Classes } from './class-maps.js';
import { framed, type FramedMap } from '../image/framed-map.js';
import { mergingCrops } from './merge-crops.js';
import { explained, predictionsOf, type SaliencyMap } from './saliency-map.js';
import type { Settings } from './saliency-options.js';

/** Class indices, of which `topClass` is the best of the image; or the `top` best. */
export type WantedClasses = readonly number[] | { readonly top: number };

/** What the network sees of an image: its input, or the whole rescaled image that its input, or the crops, are cut from. */
export type SeenFrame = 'input' | 'rescaled';

/**
 * The maps of some classes of one image, merged of its crops, or of one input: one forward pass for all.
 *
 * @param frame  of an image by one crop; the maps of ten crops always have that of the rescaled image
 */
export async function imageMaps(
  net: Network,
  subject: Subject,
  batch: Batch,
  wanted: WantedClasses,
  settings: Settings,
  frame: SeenFrame,
): Promise<SaliencyMap[]> {
  const area = elements(net.inputShape.slice(1));
  const place = batch.view && (settings.region !== null || frame === 'rescaled') ? batch.view : null;
  const maps: FramedMap[] = [];
  let indices = Array.isArray(wanted) ? (wanted as readonly number[]) : [];
  const chosen = (scores: Float32Array) => {
    indices = indicesOf(net, scores, wanted, subject);
    return ofCrops(batch.n, indices);
  };
  const known = batch.n === 1 || !indices.includes(topClass) ? indices : [];
  const classes = known.length > 0 ? ofCrops(batch.n, known) : chosen;
  const classScores = await classMaps(net, batch, classes, settings, async ({ first, count, maps: ofPart }) => {
    for (let j = 0; j < count; j++) {
      const one = Array.from({ length: batch.n }, (_, i) => {
        const at = (i * count + j) * area;
        return ofPart.subarray(at, at + area);
      });
      maps[first + j] = await merged(net, one, place, settings);
    }
  });
  const predictions = predictionsOf(net, classScores, indices, subject);
  return maps.map((map, j) => explained(map, [predictions[j]!]));
}

/** The same classes for all crops of an image. */
function ofCrops(crops: number, indices: readonly number[]): Classes {
  return Array.from({ length: crops }, () => indices);
}

/** Of several crops the best classes are those of the mean posteriors. */
function indicesOf(net: Network, scores: Float32Array, wanted: WantedClasses, subject: Subject): readonly number[] {
  const { deciding } = standingOf(scores, net.classes.length, subject);
  if ('top' in wanted) return best(deciding, Math.min(wanted.top, net.classes.length));
  const [top] = best(deciding, 1) as [number];
  return wanted.map((index) => (index === topClass ? top : index));
}

/** The map of an input, or of what the network sees of an image; `maps` may be parts of a larger array. */
function merged(net: Network, maps: readonly Float32Array[], place: View | null, { merge }: Settings) {
  if (place) return inSlices(mergingCrops(maps, place, merge));
  const [map] = maps as [Float32Array];
  const own = map.byteLength === map.buffer.byteLength ? map : map.slice();
  return framed(array(own, net.inputShape.slice(1)), null);
}
