import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { Batch } from '../net/batch.js';
import { classesFor, type ClassArgument } from '../net/class-names.js';
import type { Network } from '../net/network.js';
import type { Subject } from '../net/subject.js';
import type { Classes } from './class-maps.js';

/**
 * The classes of every input of a batch, as many for each.
 *
 * @param first  how many images and inputs came before the batch
 * @throws       ERR_ARGUMENT where a class does not exist, or the inputs have different numbers of them
 */
export function classesOfInputs(
  where: string,
  net: Network,
  n: number,
  cls: ClassArgument,
  first: number,
): { readonly classes: Classes; readonly several: boolean } {
  const perInput = Array.from({ length: n }, (_, i) => classesFor(where, net.classes, cls, first + i));
  const { indices, several } = perInput[0]!;
  if (perInput.some((other) => other.several !== several || other.indices.length !== indices.length)) {
    const expected = 'the same number of classes for every image of a batch';
    const came = perInput.map((other) => other.indices.length);
    throw argumentError(where, 'class', expected, came);
  }
  return { several, classes: perInput.map((choice) => choice.indices) };
}

/** Refuses `frame: 'image'` where no image came. */
export function checkFrame({ where, what }: Subject, frame: 'input' | 'image', { view }: Batch): void {
  if (frame === 'input' || view) return;
  const message = `${where}: frame 'image' needs an image, got an input as ${what}; leave frame out`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}
