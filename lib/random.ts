/**
 * Reproducible random numbers: the same seed gives the same ones everywhere. SplitMix (Steele, Lea & Flood 2014) in 32
 * bits: a counter, stirred by MurmurHash3's finaliser.
 */
export class Random {
  #state: number;
  /** The second of two normal numbers that came at once. */
  #spare: number | null = null;

  constructor(seed: number) {
    this.#state = stir(seed | 0);
  }

  /** From 0 to 1, 1 excluded. */
  uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return (stir(this.#state) >>> 0) / 2 ** 32;
  }

  /** An integer from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** Of mean 0 and standard deviation 1 (Box & Muller 1958). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** MurmurHash3's finaliser: every bit of the result depends on every bit of `state`. */
export function stir(state: number): number {
  let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
