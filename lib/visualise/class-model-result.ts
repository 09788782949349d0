import { DeepInsideError } from '../errors.js';
import type { FloatArray, Image } from '../ndarray.js';
import { posteriorsOf } from '../net/predictions.js';
import type { Network } from '../net/network.js';
import type { AscentTarget } from './ascent-target.js';
import type { AscentSettings } from './class-model-options.js';

/** An ascent before one of its steps, or after the last. */
export interface AscentState {
  readonly step: number;
  /** What Eq. 1 maximises: score - lambda * norm^2. */
  readonly objective: number;
  readonly score: number;
  /** ||I||, over all pixels and channels of the zero-centred image, in grey levels. */
  readonly norm: number;
}

/** An image that a network's score of a class, or another target, is high for. */
export interface ClassModel {
  /** Index from 0; null for other targets, like `name` and `wnid`, which are null where unknown too. */
  readonly class: number | null;
  readonly name: string | null;
  readonly wnid: string | null;
  /** What was maximised; a class by its index. */
  readonly target: AscentTarget;
  readonly seed: number;
  /** How: the preset's settings with the options in their places. */
  readonly settings: AscentSettings;
  /**
   * [rows, cols, 3 | 1] uint8: `pixels` rounded and cut off at 0 and 255, in a rim of the mean image's colour that the
   * network's preprocessing crops away again: what it sees of `image` are these pixels.
   */
  readonly image: Image;
  /** [rows, cols, 3 | 1] of the network's input, float32 RGB: I + mean image, in grey levels, beyond 0 to 255 where the ascent went there. */
  readonly pixels: FloatArray;
  /** What was maximised, at `pixels`. */
  readonly score: number;
  /** The same at `image`, seen through the network's own preprocessing. */
  readonly scoreOfImage: number;
  /** P_c at `pixels`; null where the target is not one class. */
  readonly posterior: number | null;
  /** ||I|| */
  readonly norm: number;
  /** ||dS/dI - 2 lambda I|| / ||2 lambda I||: 0 at a maximum of Eq. 1; null where lambda or I is 0. */
  readonly stationarity: number | null;
  /** Whether the first gradient was 0, so that there was no way up: then the image is where it started. */
  readonly zero: boolean;
  /** Before each step, and after the last. */
  readonly history: readonly AscentState[];
  readonly snapshots: readonly { readonly step: number; readonly image: Image }[];
}

/** Refuses an ascent that has gone beyond all numbers. */
export function stateOf(step: number, score: number, squares: number, lambda: number): AscentState {
  const norm = Math.sqrt(squares);
  if (Number.isFinite(score) && Number.isFinite(norm))
    return { step, objective: score - lambda * squares, score, norm };
  const message = `classModel: score and norm must stay finite, got ${score} and ${norm} after ${step} steps`;
  throw new DeepInsideError('ERR_ARGUMENT', `${message}; choose a smaller learningRate`);
}

/** In float64. */
export function stationarityOf(image: Float32Array, gradient: Float32Array, lambda: number): number | null {
  let [rest, penalty] = [0, 0];
  for (let i = 0; i < image.length; i++) {
    const pull = 2 * lambda * image[i]!;
    rest += (gradient[i]! - pull) ** 2;
    penalty += pull ** 2;
  }
  return penalty > 0 ? Math.sqrt(rest / penalty) : null;
}

/** What is told of a class; `scores` are S_c of all classes. */
export function identityOf(classes: Network['classes'], index: number | null, scores: Float32Array) {
  if (index === null) return { class: null, name: null, wnid: null, posterior: null };
  const { name, wnid } = classes[index]!;
  return { class: index, name, wnid, posterior: posteriorsOf(scores)[index]! };
}
