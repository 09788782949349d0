/**
 * The smallest element that at least `percent` % of the elements do not exceed (nearest rank).
 *
 * @param values   at least one, none NaN; their order is changed
 * @param percent  from 0 to 100
 *
 * Expected time linear in the number of elements (Hoare's selection).
 */
export function quantile(values: Float32Array, percent: number): number {
  const rank = Math.max(Math.ceil((percent / 100) * values.length) - 1, 0);
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j]!, values[i]!];
      i++;
      j--;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}
