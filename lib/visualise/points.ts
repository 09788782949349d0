import type { CallOptions } from '../net/call.js';
import type { Score } from '../net/edit-graph.js';
import type { Network } from '../net/network.js';
import type { Pass } from '../net/pass.js';
import { checkScores } from '../net/predictions.js';
import { elements } from '../ndarray.js';
import { inSlices, type Steps } from '../steps.js';

/** Inputs at which a network is run, made when their turn comes, so that no more than two batches of them are held. */
export interface Points {
  readonly count: number;
  /** Writes point number `index` to a dense [channels, rows, cols]; it may be asked for more than once. */
  write(index: number, to: Float32Array): void;
  /** What messages call it. */
  nameOf(index: number): string;
}

export interface RunOptions extends Pick<CallOptions, 'signal'> {
  readonly score: Score;
  /** Values that `enqueue` reads. */
  readonly read?: readonly string[];
  /** How many gradients are taken of each point: the more, the fewer points are a batch. Default 1. */
  readonly gradients?: number;
}

/** What is read of a pass. */
type Readings = readonly Promise<Float32Array>[];

/**
 * Runs a network at any number of points, in batches of one size, at most `net.largestBatch` divided by `gradients`. While
 * the device computes one batch, the next is written.
 *
 * @param where    the function that was called
 * @param enqueue  enqueues what is wanted beside the forward pass at the n points from `first` on; reads [n, ...]
 * @param take     is given what these hold of each point, dense, in the order of the points, each once
 * @throws         ERR_ARGUMENT if a score S_c of a point is not finite: gradients end at activations that overflowed
 */
export async function runAt(
  where: string,
  net: Network,
  points: Points,
  { score, signal, read = [], gradients = 1 }: RunOptions,
  enqueue: (pass: Pass, first: number) => Readings | Promise<Readings>,
  take: (index: number, values: readonly Float32Array[]) => void,
): Promise<void> {
  const batches = Math.ceil(points.count / Math.max(1, Math.floor(net.largestBatch / gradients)));
  const n = Math.ceil(points.count / batches);
  let taken: Promise<void> = Promise.resolve();
  for (let batch = 0; batch < batches; batch++) {
    signal?.throwIfAborted();
    // The last may begin before the end of the one before it: another size would have to be planned.
    const first = Math.min(batch * n, points.count - n);
    const inputs = net.spare.take(where, n * elements(net.inputShape));
    await inSlices(writing(points, first, n, inputs));
    const readings = await net.withPass({ n, score, inputs, signal, read }, async (pass) => [
      ...(await enqueue(pass, first)),
      pass.scores.read(),
    ]);
    const arrays = Promise.all(readings);
    // That one failed is heard of where it is waited for.
    arrays.catch(() => undefined);
    await taken;
    taken = arrays.then((values) => {
      checkScores(where, values.at(-1)!, net.classes.length, (i) => points.nameOf(first + i));
      return inSlices(taking(values.slice(0, -1), n, first, batch * n, take));
    });
    taken.catch(() => undefined);
  }
  await taken;
}

/** The same where what is explained is all that is wanted: `take` is given it of every class, [classes]. */
export function scoredAt(
  where: string,
  net: Network,
  points: Points,
  options: RunOptions,
  take: (index: number, scored: Float32Array) => void,
): Promise<void> {
  const enqueue = (pass: Pass) => [pass.scored.read()];
  return runAt(where, net, points, options, enqueue, (index, [scored]) => take(index, scored!));
}

function* writing(points: Points, first: number, n: number, inputs: Float32Array): Steps<void> {
  const size = inputs.length / n;
  for (let i = 0; i < n; i++) {
    points.write(first + i, inputs.subarray(i * size, (i + 1) * size));
    yield;
  }
}

/** Of a batch of n points from `first` on, those from `from` on. */
function* taking(
  arrays: readonly Float32Array[],
  n: number,
  first: number,
  from: number,
  take: (index: number, values: readonly Float32Array[]) => void,
): Steps<void> {
  for (let index = from; index < first + n; index++) {
    const at = index - first;
    take(
      index,
      arrays.map((all) => all.subarray((at * all.length) / n, ((at + 1) * all.length) / n)),
    );
    yield;
  }
}
