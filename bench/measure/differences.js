import { median, quantile } from './statistics.js';

/**
 * float32 results of two implementations differ by some 1e-6; where a ReLU or a pooling switch flips, a single map
 * differs by up to some 1e-2. Which maps these are differs from one implementation to the next.
 */
export const flipped = 1e-3;

/** For each of `count` results side by side: |a - b| / |b|, as Euclidean norms. */
export function relativeDifferences(a, b, count) {
  if (a.length !== b.length) throw new Error(`gave ${a.length} numbers where ${b.length} were expected`);
  const size = b.length / count;
  return Array.from({ length: count }, (_, i) => {
    let [difference, norm] = [0, 0];
    for (let at = i * size; at < (i + 1) * size; at++) {
      difference += (a[at] - b[at]) ** 2;
      norm += b[at] ** 2;
    }
    return difference === 0 ? 0 : Math.sqrt(difference / norm);
  });
}

/** { count, median, largest, flipped: share above the bound, same: whether both compute the same thing }. */
export function describeDifferences(values) {
  const share = values.filter((value) => !(value <= flipped)).length / values.length;
  return {
    count: values.length,
    median: median(values),
    largest: quantile(values, 1),
    flipped: share,
    same: values.length === 1 ? values[0] < 0.1 : median(values) <= flipped,
  };
}
