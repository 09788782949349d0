/** Boxes { xmin, ymin, xmax, ymax } of pixels that are all inside, and how often they are right. */

/** Intersection over union of two boxes, in pixels (PASCAL VOC's overlap). */
export function overlap(a, b) {
  const cols = Math.min(a.xmax, b.xmax) - Math.max(a.xmin, b.xmin) + 1;
  const rows = Math.min(a.ymax, b.ymax) - Math.max(a.ymin, b.ymin) + 1;
  if (cols <= 0 || rows <= 0) return 0;
  return (cols * rows) / (area(a) + area(b) - cols * rows);
}

function area({ xmin, ymin, xmax, ymax }) {
  return (xmax - xmin + 1) * (ymax - ymin + 1);
}

/** Whether a box is right for one of the true boxes: ILSVRC's rule. */
export function isRight(box, truths) {
  return truths.some((truth) => overlap(box, truth) >= 0.5);
}

/** Wilson's interval of a share at 95 %, for `hits` of `n`. */
export function wilson(hits, n) {
  const z = 1.959964;
  const centre = (hits + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((hits * (n - hits)) / n + (z * z) / 4);
  return [Math.max(0, centre - half), Math.min(1, centre + half)]; // roundings go beyond by 1e-17
}

/**
 * McNemar's exact test (1947) of two methods on the same images: the two-sided probability of a split at least as uneven
 * among the images that one of them alone has right.
 *
 * @param a  whether the first is right, for each image
 * @param b  the same of the second
 * @returns  { onlyA, onlyB, p }
 */
export function mcNemar(a, b) {
  const onlyA = a.filter((right, i) => right && !b[i]).length;
  const onlyB = b.filter((right, i) => right && !a[i]).length;
  const n = onlyA + onlyB;
  let tail = 0;
  let logTerm = -n * Math.LN2; // of thousands of images 0.5^n itself would be 0
  for (let k = 0; k <= Math.min(onlyA, onlyB); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return { onlyA, onlyB, p: Math.min(1, 2 * tail) };
}
