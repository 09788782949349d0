/** Numbers from a seed: the same on every machine. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1): a congruential generator of 32 bits (Numerical Recipes' constants). */
  #next() {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** In [-1, 1). */
  uniform() {
    return 2 * this.#next() - 1;
  }

  /** An integer from 0 to limit - 1. */
  below(limit) {
    return Math.floor(limit * this.#next());
  }
}
