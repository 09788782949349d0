import { floorMs } from './floor.js';
import { measureMachine } from './machine.js';

/** The best that the machine has shown so far, for each number of threads, and the floors that follow from it. */
export class Peaks {
  /** By the number of threads: { flops, bandwidth }. */
  known = {};
  #rows = [];

  /** Looks again, since other work may have hidden it before; gives the reason where it cannot be measured, or null. */
  look(threads) {
    const seen = measureMachine(threads);
    if (seen.reason) return seen.reason;
    const before = this.known[threads] ?? { flops: 0, bandwidth: 0 };
    const [flops, bandwidth] = ['flops', 'bandwidth'].map((what) => Math.max(before[what], seen[what]));
    this.known[threads] = { flops, bandwidth };
    for (const { row, layers } of this.#rows) this.#setFloor(row, layers);
    return null;
  }

  /** Keeps `row.floorMs` up to date. */
  watch(row, layers) {
    this.#rows.push({ row, layers });
    this.#setFloor(row, layers);
  }

  #setFloor(row, layers) {
    const machine = this.known[row.threads];
    row.floorMs = machine ? floorMs(layers, row, machine) : null;
  }
}
