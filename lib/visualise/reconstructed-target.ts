import type { Start } from '../net/gradient-passes.js';
import type { Network } from '../net/network.js';
import { predictionOf, standingOf, type Prediction } from '../net/predictions.js';
import type { Subject } from '../net/subject.js';
import type { ResolvedTarget, Target } from '../net/target.js';

/** A unit as it was found in an image, with its activation; a layer [features] has row 0 and col 0. */
export interface ReconstructedUnit {
  /** The name that was given. */
  readonly layer: string;
  readonly channel: number;
  readonly row: number;
  readonly col: number;
  readonly value: number;
}

/** What a signal was sent back from, in one image; `value` is the number whose derivative the rule 'gradient' gives. */
export type ReconstructedTarget =
  | ReconstructedUnit
  /** A class: what the network says of it; `value` is S_c, or what `score` chose instead. */
  | (Prediction & { readonly value: number })
  /** A contrast: those of its classes whose weight is not 0. */
  | { readonly classes: readonly (Prediction & { readonly weight: number })[]; readonly value: number }
  /** A linear functional of a layer. */
  | { readonly layer: string; readonly value: number };

/** What the passes found of one input. */
export interface Findings {
  /** S_c of every class. */
  readonly scores: Float32Array;
  /** The sum of start * what it is a derivative with respect to. */
  readonly value: number;
  /** Of a unit, its index among those of its layer. */
  readonly unit: number;
}

/** A target as it was given, and with its names looked up. */
export interface GivenTarget {
  readonly given: Target;
  readonly target: ResolvedTarget;
  /** The name of the value in which it lies; null: the classes. */
  readonly layer: string | null;
}

/** Says what the target was in the input that the findings are of. */
export function reconstructedTarget(
  net: Network,
  { given, target: { fixed }, layer }: GivenTarget,
  { scores, value, unit }: Findings,
  subject: Subject,
): ReconstructedTarget {
  // Of layers, too, since a score that is not finite tells of activations that are not.
  const standing = standingOf(scores, net.classes.length, subject);
  const predicted = (index: number) => predictionOf(net.classes, standing, index);
  if ('class' in given) return { ...predicted((fixed!(1) as { classes: Int32Array }).classes[0]!), value };
  if ('classes' in given) {
    const { perClass } = fixed!(1) as { perClass: Float32Array };
    const classes = [...perClass].flatMap((weight, index) => (weight === 0 ? [] : [{ ...predicted(index), weight }]));
    return { classes, value };
  }
  if ('weights' in given) return { layer: given.layer, value };
  return { layer: given.layer, ...placeOf(unit, net.targetContext.shapes.get(layer!)!), value };
}

/** In a value of this shape, batch first. */
function placeOf(unit: number, [, , rows = 1, cols = 1]: readonly number[]) {
  return { channel: Math.floor(unit / (rows * cols)), row: Math.floor(unit / cols) % rows, col: unit % cols };
}

/** For each of n inputs the sum of start * `of`, its derivative's variable: [n]. */
export function valuesAt(start: Start, of: Float32Array, n: number): Float32Array {
  const size = of.length / n;
  if ('classes' in start) return Float32Array.from(start.classes, (index, i) => of[i * size + index]!);
  const weights = 'perClass' in start ? start.perClass : start.derivative;
  return Float32Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = i * size; j < (i + 1) * size; j++) if (weights[j] !== 0) sum += weights[j]! * of[j]!;
    return sum;
  });
}

/** For each of n inputs the index of the one unit at which the backward pass starts; 0 where it starts otherwise. */
export function unitsOf(start: Start, n: number): Int32Array {
  if (!('value' in start)) return new Int32Array(n);
  const size = start.derivative.length / n;
  return Int32Array.from({ length: n }, (_, i) => start.derivative.subarray(i * size, (i + 1) * size).indexOf(1));
}
