/** The largest value of one channel in one image, and its place, counted row by row. */
export interface BestUnit {
  readonly image: number;
  readonly place: number;
  readonly value: number;
}

/**
 * The strongest units of each channel over images that are offered one by one, at most one per image, and the inputs that
 * they were found in. It does not matter in which order images come: of equal values that of the lower index counts more.
 */
export class BestUnits {
  /** Per channel, best first. */
  readonly #best: BestUnit[][];
  /** Of the images among them: the input, and in how many channels they are. */
  readonly #inputs = new Map<number, { readonly data: Float32Array; uses: number }>();

  constructor(
    channels: number,
    readonly count: number,
  ) {
    this.#best = Array.from({ length: channels }, () => []);
  }

  /**
   * Choice: a largest value of exactly 0 is left out: behind a ReLU, the channel did not fire in that image.
   *
   * @param values  of each channel the largest
   * @param places  of each channel where that is
   * @param input   kept as long as a unit of it is among the best
   */
  offer(image: number, values: Float32Array, places: Int32Array, input: Float32Array): void {
    for (const [channel, best] of this.#best.entries()) {
      const unit = { image, value: values[channel]!, place: places[channel]! };
      const at = best.findIndex((other) => isBefore(unit, other));
      if (unit.value === 0 || (at < 0 && best.length === this.count)) continue;
      best.splice(at < 0 ? best.length : at, 0, unit);
      this.#use(image, input);
      if (best.length > this.count) this.#drop(best.pop()!.image);
    }
  }

  #use(image: number, input: Float32Array): void {
    const known = this.#inputs.get(image);
    if (known) known.uses++;
    else this.#inputs.set(image, { data: input.slice(), uses: 1 });
  }

  #drop(image: number): void {
    const known = this.#inputs.get(image)!;
    if (--known.uses === 0) this.#inputs.delete(image);
  }

  /** How many inputs are held. */
  get inputs(): number {
    return this.#inputs.size;
  }

  /** The best units by channel, best first. */
  get best(): readonly (readonly BestUnit[])[] {
    return this.#best;
  }

  /** Each image that has one of the best, in order, with its input and these units, by the index of their channel. */
  *images(): Generator<{ readonly input: Float32Array; readonly units: readonly (readonly [number, BestUnit])[] }> {
    const unitsOf = new Map<number, [number, BestUnit][]>([...this.#inputs.keys()].map((image) => [image, []]));
    for (const [channel, best] of this.#best.entries()) {
      for (const unit of best) unitsOf.get(unit.image)!.push([channel, unit]);
    }
    for (const [image, units] of [...unitsOf].sort(([a], [b]) => a - b)) {
      yield { input: this.#inputs.get(image)!.data, units };
    }
  }
}

function isBefore(a: BestUnit, b: BestUnit): boolean {
  return a.value > b.value || (a.value === b.value && a.image < b.image);
}
