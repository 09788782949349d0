/** Numbers from a seed: the same on every machine and in every contestant. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** The next 32 bits of a congruential generator (Numerical Recipes' constants). */
  #next() {
    return (this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0);
  }

  /** Uniform in [-128, 128): what pixels minus their mean look like to a network. */
  pixels(count) {
    return Float32Array.from({ length: count }, () => this.#next() / 2 ** 24 - 128);
  }

  /** An integer from 0 to limit - 1. */
  below(limit) {
    return Math.floor((this.#next() / 2 ** 32) * limit);
  }
}
