import type { ReluRule } from '../device/index.js';
import type { Batch } from '../net/batch.js';
import type { CallOptions } from '../net/call.js';
import type { Score } from '../net/edit-graph.js';
import type { Network } from '../net/network.js';

export interface ClassMapOptions {
  /** true: the derivative of largest magnitude with its sign; default false, its magnitude. */
  readonly signed: boolean;
  /** How each ReLU passes the signal back; default 'gradient', the only one that gives Eq. 4. */
  readonly rule: ReluRule;
  /** S_c (default), P_c, or S_c before a ReLU that follows the last weights. */
  readonly score: Score;
}

/** The classes of every input of a batch, as many for each, -1 for that input's best: [n][classes]. */
export type Classes = readonly (readonly number[])[];

/** Maps of some of the classes. */
export interface MapPart {
  /** The first of these classes and their number, as counted in what was asked for. */
  readonly first: number;
  readonly count: number;
  /** Dense [n, count, rows, cols]. */
  readonly maps: Float32Array;
}

/**
 * Class saliency maps of a batch: one forward pass, and a backward pass for as many classes at a time as memory allows.
 *
 * @param classes  the classes, or what finds them by the scores S_c [n, classes] of the batch
 * @param take     is given the maps in parts, of an image per grey level, of inputs per unit of these; parts are of one
 *                 size, so that the last may begin before the end of the one before it
 * @returns        the scores S_c [n, classes] of the batch
 */
export async function classMaps(
  net: Network,
  { n, data, view }: Batch,
  classes: Classes | ((scores: Float32Array) => Classes),
  { score, rule, signed, signal }: ClassMapOptions & Pick<CallOptions, 'signal'>,
  take: (part: MapPart) => void | Promise<void>,
): Promise<Float32Array> {
  const units = view ? 'pixel' : 'input';
  const readings = await net.withPass({ n, score, inputs: data, signal }, async (pass) => {
    const scores = pass.scores.read();
    scores.catch(() => undefined);
    const chosen = typeof classes === 'function' ? classes(await scores) : classes;
    const k = chosen[0]!.length;
    const count = await pass.prepareMaps(k);
    let taken = Promise.resolve();
    for (let part = 0; part < k; part += count) {
      signal?.throwIfAborted();
      const first = Math.min(part, k - count);
      const ofPart = chosen.flatMap((ofInput) => ofInput.slice(first, first + count));
      const maps = pass.maps(Int32Array.from(ofPart), { rule, signed, units }).read();
      const before = taken;
      taken = maps.then((maps) => take({ first, count, maps }));
      // Two parts are on their way at a time. That one failed is heard of where it is waited for, as with the scores.
      taken.catch(() => undefined);
      await before;
    }
    return [scores, taken] as const;
  });
  return (await Promise.all(readings))[0];
}
