import type { Network } from '../net/network.js';
import { topClass } from '../net/class-names.js';
import { best, predictionOf, standingOf, type Prediction } from '../net/predictions.js';
import type { Subject } from '../net/subject.js';
import type { FramedMap } from '../image/framed-map.js';

/** A map with what the network says of its class; an array of maps has as many predictions, in the order of the maps. */
export type SaliencyMap = FramedMap & { readonly predictions: readonly Prediction[] };

/** What the network says of classes of one input, or of an image by its crops: `classScores` is [crops, classes]. */
export function predictionsOf(
  net: Network,
  classScores: Float32Array,
  indices: readonly number[],
  subject: Subject,
): Prediction[] {
  const standing = standingOf(classScores, net.classes.length, subject);
  const [top] = best(standing.deciding, 1) as [number];
  return indices.map((index) => predictionOf(net.classes, standing, index === topClass ? top : index));
}

/** A map that says what it is a map of. */
export function explained(map: FramedMap, predictions: readonly Prediction[]): SaliencyMap {
  return Object.assign(map, { predictions });
}
