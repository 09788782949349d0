import { demandSignal, untilAborted } from '../abort.js';
import { argumentError } from '../check.js';

/** How far a call is. */
export interface Progress {
  /** Images, inputs or batches that are finished, or steps of `classModel`; of an async iterable, those whose results were taken. */
  readonly done: number;
  /** How many there are; null for an async iterable, which does not say. */
  readonly total: number | null;
  /** What is being done: the name of the function. */
  readonly stage: string;
}

/** What functions over images take. */
export interface CallOptions {
  /**
   * Called after each image or step, in their order; for an async iterable when the next result is asked for, so that whoever
   * resumes after `done` images loses none. A promise that it returns is waited for, while work that has begun goes on.
   * What it throws, or that promise rejects with, rejects the call.
   */
  readonly onProgress?: (progress: Progress) => unknown;
  /** Once aborted, the call rejects with the signal's reason at once, and begins nothing more; the network stays usable. */
  readonly signal?: AbortSignal;
}

export const callOptions = ['onProgress', 'signal'];

/** A call that has begun. */
export interface Call {
  readonly signal: AbortSignal | undefined;
  /** Tells that `done` images are finished; rejects with what onProgress throws, or the reason of an aborted signal. */
  report(done: number): Promise<void>;
}

/** Throws what is wrong with the options, or the reason of a signal that is aborted already. */
export function beginCall(where: string, { onProgress, signal }: CallOptions, total: number | null): Call {
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw argumentError(where, 'onProgress', 'a function', onProgress);
  }
  demandSignal(where, signal);
  return {
    signal,
    async report(done) {
      await untilAborted({ signal }, Promise.resolve(onProgress?.({ done, total, stage: where })));
    },
  };
}
