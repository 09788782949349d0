import { DeepInsideError } from '../errors.js';
import type { Batch } from '../net/batch.js';
import type { Subject } from '../net/subject.js';

/** Refuses batches, where an array does as well. */
export function singleOf({ where, what }: Subject, batch: Batch): Batch {
  if (batch.single) return batch;
  const message = `${where}: ${what} must be one image or input, got a batch of ${batch.n}`;
  throw new DeepInsideError('ERR_ARGUMENT', `${message}; make it an array of inputs`);
}
