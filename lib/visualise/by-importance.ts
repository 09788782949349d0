import { inBlocks, type Steps } from '../steps.js';
import { countUpTo } from './rank-correlation.js';

/** Of one pixel, in multiply-adds: a search for its place. */
const cost = 32;

/**
 * The pixels of a map, those of the largest values first, equal ones in row-major order.
 *
 * @param map  none NaN
 */
export function* byImportance(map: Float32Array): Steps<Uint32Array> {
  const sorted = map.slice().sort();
  yield;
  const order = new Uint32Array(map.length);
  /** Of the run of equal values that begins at a place: how many have got theirs. */
  const placed = new Uint32Array(map.length);
  yield* inBlocks(map.length, cost, (begin, end) => {
    for (let i = begin; i < end; i++) {
      const place = map.length - countUpTo(sorted, map[i]!);
      order[place + placed[place]!++] = i;
    }
  });
  return order;
}
