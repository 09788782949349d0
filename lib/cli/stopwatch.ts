import type { Timing } from '../gallery/data.js';
import { median } from './median.js';

/** What took how many milliseconds. */
export type Lap = readonly [title: string, milliseconds: number];

/** Notes how long several kinds of work take, if it is to run. */
export class Stopwatch {
  readonly laps: Lap[] = [];
  readonly #runs: boolean;

  constructor(runs: boolean) {
    this.#runs = runs;
  }

  /** Runs `work`, and notes of each of the `count` things that it makes an equal share of the time. */
  async time<T>(
    title: string,
    count: number,
    work: () => Promise<T>,
  ): Promise<{ result: T; milliseconds: number | null }> {
    const begun = performance.now();
    const result = await work();
    if (!this.#runs) return { result, milliseconds: null };
    const milliseconds = (performance.now() - begun) / count;
    for (let i = 0; i < count; i++) this.laps.push([title, milliseconds]);
    return { result, milliseconds };
  }
}

/** Of each kind the median and the first, in the order in which they came first. */
export function timingsOf(laps: readonly Lap[]): Timing[] {
  const kinds = new Map<string, number[]>();
  for (const [title, milliseconds] of laps) kinds.set(title, [...(kinds.get(title) ?? []), milliseconds]);
  return [...kinds].map(([title, times]) => ({
    title,
    count: times.length,
    median: median(times)!,
    first: times[0]!,
  }));
}
