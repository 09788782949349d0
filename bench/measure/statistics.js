/** The value below which a share q of the numbers lies, interpolated between neighbours (type 7 of Hyndman & Fan 1996). */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

export function median(values) {
  return quantile(values, 0.5);
}

/** What the tables show of repeated times. */
export function summary(values) {
  return { median: median(values), lower: quantile(values, 0.25), upper: quantile(values, 0.75), count: values.length };
}
