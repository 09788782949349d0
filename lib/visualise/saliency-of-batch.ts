import type { Batch } from '../net/batch.js';
import type { Network } from '../net/network.js';
import { inParts } from '../net/parts.js';
import { inputAt } from '../net/subject.js';
import { array, elements, zeros } from '../ndarray.js';
import { classMaps, type Classes } from './class-maps.js';
import { classesOfInputs } from './classes-of-inputs.js';
import { framed } from '../image/framed-map.js';
import { explained, predictionsOf, type SaliencyMap } from './saliency-map.js';
import type { Request, Settings } from './saliency-options.js';

/** Of a batch: [n, rows, cols] or, of several classes, [n, classes, rows, cols]. */
export async function saliencyOfBatch(net: Network, request: Request): Promise<SaliencyMap> {
  const { subject, batch, cls, first: before, settings } = request;
  const { n } = batch;
  const { classes, several } = classesOfInputs(subject.where, net, n, cls, before);
  const [k, [, rows, cols]] = [classes[0]!.length, net.inputShape];
  const [maps, classScores] = await inParts(batch, net.largestBatch, (part, first) =>
    mapsOfPart(net, part, classes.slice(first, first + part.n), settings),
  );
  const predictions = classes.flatMap((ofInput, i) => {
    const one = classScores.subarray(i * net.classes.length, (i + 1) * net.classes.length);
    return predictionsOf(net, one, ofInput, inputAt(subject, batch, i));
  });
  return explained(framed(array(maps, several ? [n, k, rows, cols] : [n, rows, cols]), null), predictions);
}

/** Maps [n, classes, rows, cols] and scores [n, classes] of n inputs at once. */
async function mapsOfPart(net: Network, batch: Batch, classes: Classes, settings: Settings) {
  const [k, area] = [classes[0]!.length, elements(net.inputShape.slice(1))];
  let all: Float32Array | null = null;
  const classScores = await classMaps(net, batch, classes, settings, ({ first, count, maps }) => {
    all ??= count === k ? maps : zeros('saliency', batch.n * k * area);
    if (all === maps) return;
    for (let i = 0; i < batch.n; i++) {
      all.set(maps.subarray(i * count * area, (i + 1) * count * area), (i * k + first) * area);
    }
  });
  return [all!, classScores] as const;
}
