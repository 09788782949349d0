/** Beyond this many a matrix's weights, which are read once for all, are no longer what a gradient waits for. */
export const mostAtOnce = 8;
/** Bytes that the gradients of one backward pass may take, unless it is of one gradient for each input. */
const mostBytes = 2 ** 29;
/** Of the largest value at one time: dy, dx and a sum. */
const alive = 3;

/**
 * How many of k gradients of each input one backward pass takes, so that its memory is bounded and the passes for all k
 * are of one size. Choice: at most 8, and half a gigabyte.
 *
 * @param largest  elements of the largest value between the input and the scores, of all inputs together
 */
export function gradientsAtOnce(largest: number, k: number): number {
  const fitting = Math.floor(mostBytes / (alive * 4 * largest));
  const passes = Math.ceil(k / Math.min(mostAtOnce, Math.max(fitting, 1)));
  return Math.ceil(k / passes);
}
