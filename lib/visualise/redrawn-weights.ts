import { randomWeights } from '../net/architectures/random-weights.js';
import type { Network } from '../net/network.js';
import type { WeightSet } from '../net/weight-sets.js';
import { Random, stir } from '../random.js';
import type { Steps } from '../steps.js';
import { permuted } from './permuted.js';

/** How weights are redrawn: as those of a network before training, or by an order by lot of what they are. */
export type Redraw = 'initial' | 'permuted';
export const redraws: readonly Redraw[] = ['initial', 'permuted'];

export interface RedrawOptions {
  readonly redraw: Redraw;
  readonly seed: number;
}

/** So that a network of createNetwork does not get its own weights back for the seed that it was made with. */
const apart = 0x2f0b4c47;

/**
 * Other values for the weights and biases of nodes that share theirs, by name. They follow from the seed and these names,
 * or the place of the set, alone.
 *
 * Choice: 'initial' is He et al.'s (2015) for weights and 0 for biases, as createNetwork has it. Scales and shifts, of batch
 * normalisation, hold what was measured of activations beside what was learnt, and have no beginning: they are permuted.
 */
export function* redrawnWeights(
  weights: Network['model']['weights'],
  set: WeightSet,
  place: number,
  { redraw, seed }: RedrawOptions,
): Steps<Map<string, Float32Array>> {
  const names = new Set(set.flatMap(({ weight, bias }) => (bias === null ? [weight] : [weight, bias])));
  const isScale = weights.get(set[0].weight)!.shape.length === 1;
  const drawn = new Map<string, Float32Array>();
  if (redraw === 'initial' && !isScale) {
    const shapes = new Map([...names].map((name) => [name, weights.get(name)!.shape]));
    const initial = yield* randomWeights(shapes, stir(seed ^ apart));
    for (const [name, { data }] of initial) drawn.set(name, data);
    return drawn;
  }
  const random = new Random((stir(seed) + place) | 0);
  for (const name of names) drawn.set(name, yield* permuted(weights.get(name)!.data, random));
  return drawn;
}
