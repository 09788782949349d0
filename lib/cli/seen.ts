import type { FramedMap } from '../index.js';
import { note } from './messages.js';
import type { PrintingFlags } from './options.js';

/** Of the pixels of a map, the share that the network looked at: 0 to 1. */
export function shareSeen({ seen }: FramedMap): number {
  if (!seen) return 1;
  let count = 0;
  for (const one of seen.data) count += one;
  return count / seen.data.length;
}

/** One line on stderr about the files of which less than half was seen; `shares` has a number for each path. */
export function noteUnseen(shares: ReadonlyMap<string, number>, flags: PrintingFlags, remedy: string): void {
  const few = [...shares].filter(([, share]) => share < 0.5).sort(([, a], [, b]) => a - b);
  if (few.length === 0) return;
  const [path, share] = few[0]!;
  const files = few.length === 1 ? path : `${few.length} of ${shares.size} files, the least of ${path}`;
  note(`less than half was seen of ${files} (${Math.round(100 * share)} %): maps are 0 elsewhere; ${remedy}`, flags);
}
