import { integer } from '../check.js';
import type { ClassChoice } from '../net/class-names.js';
import type { Start } from '../net/gradient-passes.js';
import { valueNamed } from '../net/layer-names.js';
import { resolveTarget, type Target, type TargetContext } from '../net/target.js';
import { array, elements } from '../ndarray.js';

/**
 * What an image can be made to maximise: the score of a class, a weighted sum of scores, a unit or a weighted sum of a
 * layer; of { layer, channel } the mean over all positions, and of { layer } alone half the sum of the squares: whatever
 * the layer sees, more of it (Mordvintsev et al. 2015, DeepDream).
 *
 * Choice: the mean of a channel, not its strongest unit as in gradients at an image, since in the zero image all of them
 * are alike and the first one lies in a corner.
 */
export type AscentTarget = Target | { readonly layer: string };

/** Where the backward pass of an ascent starts. */
export type AscentStart = Start | { readonly energyOf: string };

/** A target with its names looked up. */
export interface ResolvedAscent {
  readonly target: AscentTarget;
  /** Null where it is not one class. */
  readonly class: number | null;
  /** Whether `score` says which number of a class is meant. */
  readonly ofClasses: boolean;
  /** For n images. */
  start(n: number): AscentStart;
}

export function resolveAscent(
  where: string,
  context: TargetContext,
  target: ClassChoice | AscentTarget,
): ResolvedAscent {
  const given: object = typeof target === 'object' && target !== null ? target : { class: target };
  const keys = Object.keys(given).sort().join();
  if (keys === 'layer') {
    const energyOf = valueNamed(where, context.graph, (given as { layer: unknown }).layer);
    return { target: given as AscentTarget, class: null, ofClasses: false, start: () => ({ energyOf }) };
  }
  const { ofClasses, fixed } = resolveTarget(
    where,
    context,
    keys === 'channel,layer' ? mean(where, context, given) : given,
    'a class, { layer }, ',
  );
  const one = fixed!(1);
  const index = 'classes' in one ? one.classes[0]! : null;
  return {
    target: index === null ? (given as AscentTarget) : { class: index },
    class: index,
    ofClasses,
    start: fixed!,
  };
}

/** The mean of a channel over all positions, as weights of its layer. */
function mean(where: string, { graph, shapes }: TargetContext, given: { layer?: unknown; channel?: unknown }): Target {
  const value = valueNamed(where, graph, given.layer);
  const shape = shapes.get(value)!.slice(1);
  const channel = integer(where, 'target.channel', given.channel, 0, shape[0]! - 1);
  const area = elements(shape.slice(1));
  const weights = new Float32Array(elements(shape)).fill(1 / area, channel * area, (channel + 1) * area);
  return { layer: value, weights: array(weights, shape) };
}
