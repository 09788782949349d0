import type { Batch } from '../net/batch.js';
import type { Network } from '../net/network.js';
import { inParts } from '../net/parts.js';
import { checkScores } from '../net/predictions.js';
import { inputAt, type Subject } from '../net/subject.js';
import { indexOfMaximum } from '../net/target.js';
import { elements } from '../ndarray.js';
import type { BestUnits } from './best-units.js';
import type { TopRequest } from './top-activations-options.js';

/** Offers the strongest unit of each channel in each input of a batch, the first of which is image number `first`. */
export async function findBestUnits(
  net: Network,
  best: BestUnits,
  { batch, first, subject }: { readonly batch: Batch; readonly first: number; readonly subject: Subject },
  request: TopRequest,
): Promise<void> {
  const inputs = (await batch.data).slice(); // the pass gives its own away
  const nameOf = (i: number) => inputAt(subject, batch, i).what;
  const [values, places] = await inParts(batch, net.largestBatch, (part, before) =>
    strongestUnits(net, part, request, subject.where, (i) => nameOf(before + i)),
  );
  const [size, k] = [inputs.length / batch.n, request.channels.length];
  for (let i = 0; i < batch.n; i++) {
    const [from, to] = [i * k, (i + 1) * k];
    const input = inputs.subarray(i * size, (i + 1) * size);
    best.offer(first + i, values.subarray(from, to), places.subarray(from, to), input);
  }
}

/** Of n inputs: the largest value of each channel and its place in the plane, [n, channels] both. */
async function strongestUnits(
  net: Network,
  { n, data }: Batch,
  { ranked, channels, signal }: TopRequest,
  where: string,
  nameOf: (i: number) => string,
) {
  const readings = await net.withPass({ n, score: 'class', inputs: data, signal, read: [ranked] }, (pass) => [
    pass.activation(ranked).read(),
    pass.scores.read(),
  ]);
  const [activation, scores] = (await Promise.all(readings)) as [Float32Array, Float32Array];
  checkScores(where, scores, net.classes.length, nameOf);
  const shape = net.targetContext.shapes.get(ranked)!.slice(1);
  const [size, area] = [elements(shape), elements(shape.slice(1))];
  const [values, places] = [new Float32Array(n * channels.length), new Int32Array(n * channels.length)];
  for (let i = 0, at = 0; i < n; i++) {
    for (const channel of channels) {
      const from = i * size + channel * area;
      places[at] = indexOfMaximum(activation.subarray(from, from + area));
      values[at] = activation[from + places[at]!]!;
      at++;
    }
  }
  return [values, places] as const;
}
