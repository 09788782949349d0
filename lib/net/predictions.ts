import { DeepInsideError } from '../errors.js';
import type { ClassName } from '../formats/model.js';
import { allFinite } from '../ndarray.js';
import type { Subject } from './subject.js';

/** What a network says of one class. */
export interface Prediction {
  /** Index from 0. */
  readonly class: number;
  /** Null where the network knows no names. */
  readonly name: string | null;
  readonly wnid: string | null;
  /** S_c, before the soft-max; of ten crops the mean. */
  readonly score: number;
  /** P_c = exp S_c / sum of exp S_c; of ten crops the mean. */
  readonly posterior: number;
}

/** P_c = exp S_c / sum over c of exp S_c (Sect. 2), in float64. */
export function posteriorsOf(scores: Float32Array): Float64Array {
  let highest = -Infinity;
  for (let c = 0; c < scores.length; c++) highest = Math.max(highest, scores[c]!);
  const posteriors = new Float64Array(scores.length);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) sum += posteriors[c] = Math.exp(scores[c]! - highest);
  for (let c = 0; c < scores.length; c++) posteriors[c]! /= sum;
  return posteriors;
}

/** What a network says of every class. */
export interface Standing {
  readonly scores: Float64Array;
  readonly posteriors: Float64Array;
  /** The one of both that orders the classes: the score, of several crops the posterior. */
  readonly deciding: Float64Array;
}

/**
 * S_c and P_c of every class: of one input themselves, of several crops of an image their means.
 *
 * @param ofCrops  scores [crops, classes]
 * @param classes  how many there are
 * @param subject  what messages call the input or image
 * @throws         ERR_ARGUMENT if a score is not finite: no class would be the best
 */
export function standingOf(
  ofCrops: Float32Array,
  classes: number,
  { where, what }: Pick<Subject, 'where' | 'what'>,
): Standing {
  const crops = ofCrops.length / classes;
  checkScores(where, ofCrops, classes, (crop) => (crops === 1 ? what : `crop ${crop} of ${what}`));
  const [scores, posteriors] = [new Float64Array(classes), new Float64Array(classes)];
  for (let crop = 0; crop < crops; crop++) {
    const ofCrop = ofCrops.subarray(crop * classes, (crop + 1) * classes);
    const ofClasses = posteriorsOf(ofCrop);
    for (let c = 0; c < classes; c++) {
      scores[c]! += ofCrop[c]!;
      posteriors[c]! += ofClasses[c]!;
    }
  }
  for (let c = 0; c < classes; c++) {
    scores[c]! /= crops;
    posteriors[c]! /= crops;
  }
  return { scores, posteriors, deciding: crops === 1 ? scores : posteriors };
}

/**
 * Refuses scores S_c [n, classes] that are not finite, as after an overflow inside the network.
 *
 * @param nameOf  what the message calls the input that a row is of
 */
export function checkScores(
  where: string,
  scores: Float32Array,
  classes: number,
  nameOf: (row: number) => string,
): void {
  if (allFinite(scores)) return;
  const at = scores.findIndex((score) => !Number.isFinite(score));
  const which = `class ${at % classes} of ${nameOf(Math.floor(at / classes))}`;
  const message = `${where}: scores must be finite, got ${scores[at]} for ${which}`;
  const remedy = 'its inputs or weights are so large that float32 overflows; is the preprocessing the right one?';
  throw new DeepInsideError('ERR_ARGUMENT', `${message}; ${remedy}`);
}

/** The indices of the `count` largest values, largest first; of equal ones the lower index comes first. */
export function best(values: Float64Array, count: number): number[] {
  if (count === 1) return [values.indexOf(maximum(values))];
  const least = values.slice().sort()[Math.max(values.length - count, 0)]!;
  const candidates: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i]! >= least) candidates.push(i);
  return candidates.sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}

function maximum(values: Float64Array): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! > largest) largest = values[i]!;
  return largest;
}

export function predictionOf(
  classes: readonly ClassName[],
  { scores, posteriors }: Standing,
  index: number,
): Prediction {
  const { name, wnid } = classes[index]!;
  return { class: index, name, wnid, score: scores[index]!, posterior: posteriors[index]! };
}
