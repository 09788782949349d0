/** Numbers that depend on the seed alone (a 32-bit mixing generator: statistics good enough for tests). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From `low` (included) to `high` (not included). */
  uniform(low = 0, high = 1): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return low + (((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32) * (high - low);
  }

  /** From `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1));
  }

  /** Mean 0, standard deviation `scale` (Box and Muller). */
  normals(length: number, scale = 1): Float32Array {
    return Float32Array.from({ length }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      return scale * radius * Math.cos(2 * Math.PI * this.uniform());
    });
  }

  /**
   * A shuffled sequence of values in [-1, 1], all of different magnitude and none below 1 / length: no ReLU and no
   * maximum has a kink within a small step.
   */
  distinct(length: number): Float32Array {
    const values = Float32Array.from({ length }, (_, i) => ((i + 1) / length) * (this.uniform() < 0.5 ? -1 : 1));
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [values[i], values[j]] = [values[j]!, values[i]!];
    }
    return values;
  }
}
