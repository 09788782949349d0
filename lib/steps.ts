import { setImmediate } from 'node:timers/promises';

/** Long work in short steps: whoever runs it may do something else after each. */
export type Steps<T> = Generator<void, T, void>;

/** A quarter of a millisecond of multiply-adds; some milliseconds where V8 has not compiled them yet. */
const stepCost = 2 ** 18;

/**
 * Calls `work` for `count` items, some of them at a time; each costs about `cost` multiply-adds.
 *
 * A loop over the pixels of an image belongs into a function of its module, which `work` calls: what V8 has compiled of a
 * closure goes at the next collection of garbage, and the next call runs its first milliseconds five times slower again.
 */
export function* inBlocks(count: number, cost: number, work: (begin: number, end: number) => void): Steps<void> {
  const size = Math.max(1, Math.floor(stepCost / cost));
  for (let begin = 0; begin < count; begin += size) {
    work(begin, Math.min(begin + size, count));
    yield;
  }
}

/** Runs all steps and returns their result. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** For so many milliseconds steps are run before the event loop has its turn. */
const slice = 3;

/**
 * Runs the steps in slices between which the event loop has its turn. The first begins at once; where it is enough, as
 * for a typical photograph, the result is returned itself.
 */
export function inSlices<T>(steps: Steps<T>): T | Promise<T> {
  const end = performance.now() + slice;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() > end) return setImmediate().then(() => inSlices(steps));
  }
}
