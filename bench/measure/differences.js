import { median, quantile } from './statistics.js';

/**
 * float32 results of two implementations differ by some 1e-6. Where a ReLU or a pooling switch flips, a map differs by
 * 1e-3 to some 1e-2, and in VGG-16 with random weights something flips in nearly every image, between two peers as much
 * as between one of them and this library. Scores have no such jumps.
 */
export const flipped = 1e-3;
const tolerated = { scores: 1e-4, maps: 5e-2 };

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

/** { count, median, largest, flipped: share above the bound, same: whether both compute the same `kind` of result }. */
export function describeDifferences(values, kind, allowed = tolerated[kind]) {
  const share = values.filter((value) => !(value <= flipped)).length / values.length;
  return {
    count: values.length,
    median: median(values),
    largest: quantile(values, 1),
    flipped: share,
    same: median(values) <= allowed,
  };
}
