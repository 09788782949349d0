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

/**
 * S_c and P_c of every class: of one input themselves, of several crops of an image their means.
 *
 * @param scores   [crops, classes]
 * @param classes  how many there are
 */
export function meansOf(scores: Float32Array, classes: number) {
  const crops = scores.length / classes;
  const means = { scores: new Float64Array(classes), posteriors: new Float64Array(classes) };
  for (let crop = 0; crop < crops; crop++) {
    const ofCrop = scores.subarray(crop * classes, (crop + 1) * classes);
    const posteriors = posteriorsOf(ofCrop);
    for (let c = 0; c < classes; c++) {
      means.scores[c]! += ofCrop[c]!;
      means.posteriors[c]! += posteriors[c]!;
    }
  }
  for (let c = 0; c < classes; c++) {
    means.scores[c]! /= crops;
    means.posteriors[c]! /= crops;
  }
  return means;
}

/** The indices of the `count` largest values, largest first; of equal ones the lower index comes first. */
export function best(values: Float64Array, count: number): number[] {
  const least = values.slice().sort()[Math.max(values.length - count, 0)]!;
  const candidates: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i]! >= least) candidates.push(i);
  return candidates.sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}
