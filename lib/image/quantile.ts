import { atOnce } from '../steps.js';
import { orderStatistics } from './order-statistics.js';

/**
 * The smallest element that at least `percent` % of the elements do not exceed (nearest rank).
 *
 * @param values   at least one, none NaN
 * @param percent  from 0 to 100
 */
export function quantile(values: Float32Array, percent: number): number {
  const place = Math.max(Math.ceil((percent / 100) * values.length) - 1, 0);
  return atOnce(orderStatistics(values, [place]))[0]!;
}
