import type { Random } from '../random.js';
import { inBlocks, type Steps } from '../steps.js';

/** Of one exchange, in multiply-adds: it reads and writes somewhere in memory. */
const cost = 16;

/** The values in an order by lot (Fisher & Yates), each as likely as any other; the same for the same random numbers. */
export function* permuted<T extends Float32Array | Uint32Array>(values: T, random: Random): Steps<T> {
  const result = values.slice() as T;
  yield* inBlocks(result.length, cost, (begin, end) => {
    for (let i = begin; i < end; i++) {
      const j = random.integer(0, i);
      const value = result[i]!;
      result[i] = result[j]!;
      result[j] = value;
    }
  });
  return result;
}
