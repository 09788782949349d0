import type { Tensor } from '../device/index.js';
import type { Differentiation } from '../net/gradient-passes.js';
import type { Pass } from '../net/pass.js';
import type { Sequence } from '../net/sequence.js';
import { Random } from '../random.js';
import { Blur } from './ascent-blur.js';
import { directionOf } from './ascent-direction.js';
import { Jitter } from './ascent-jitter.js';
import { optimiserOf, type AscentOptimiser } from './ascent-optimiser.js';
import type { AscentStart } from './ascent-target.js';
import { AscentTensors } from './ascent-tensors.js';
import type { AscentSettings } from './class-model-options.js';

export interface AscentOptions {
  readonly settings: AscentSettings;
  readonly start: AscentStart;
  /** Of each image: of its random start and its jitter. */
  readonly seeds: readonly number[];
  /** What pixels may be, less the mean image: for each channel. */
  readonly range: { readonly low: Float32Array; readonly high: Float32Array };
}

/** What is known of the images [n] before a step, on its way. */
export interface Reading {
  readonly scores: Promise<Float32Array>;
  /** ||I||^2 */
  readonly squares: Promise<Float32Array>;
}

type Images = Tensor<'float32'>;

/**
 * Images I of n models that ascend together on the device: zero-centred pixels, in the network's order of channels. A
 * step is recorded once and replayed.
 */
export class Ascent {
  readonly image: Images;
  /** dS/dI of the last step or measurement. */
  readonly gradient: Images;
  readonly #settings: AscentSettings;
  readonly #on: Differentiation;
  readonly #tensors: AscentTensors;
  readonly #optimiser: AscentOptimiser;
  readonly #random: readonly Random[];
  readonly #seed: { readonly factor: number; readonly fill: () => void };
  readonly #scores: Tensor<'float32'>;
  readonly #squares: Tensor<'float32'>;
  readonly #jitter: Jitter | null;
  readonly #blur: Blur | null;
  readonly #step: Sequence;
  readonly #measure: Sequence;

  constructor(pass: Pass, { settings, start, seeds, range }: AscentOptions) {
    this.#settings = settings;
    this.#on = pass.differentiation(sourceOf(start));
    const { device, input } = this.#on;
    const tensors = (this.#tensors = new AscentTensors(device, input));
    try {
      this.#random = seeds.map((seed) => new Random(seed));
      this.image = tensors.images();
      this.gradient = tensors.images();
      if (settings.noise > 0) this.image.write(this.#noise());
      this.#scores = tensors.floats([tensors.n]);
      this.#squares = tensors.floats([tensors.n]);
      this.#seed = seeding(tensors, this.#on, start);
      this.#jitter = settings.jitter > 0 ? new Jitter(tensors, settings.jitter) : null;
      const { direction, calls } = directionOf(tensors, settings, this.gradient, this.image);
      this.#optimiser = optimiserOf(tensors, settings, direction, this.image);
      const clip = settings.clip ? [range.low, range.high].map((side) => tensors.floats([side.length], side)) : null;
      this.#measure = pass.record(() => this.#look(null));
      this.#step = pass.record(() => {
        this.#look(this.#jitter);
        calls();
        this.#optimiser.calls();
        if (clip) device.clamp(clip[0]!, clip[1]!, this.image);
      });
      this.#blur = settings.blur ? new Blur(pass, tensors, settings, this.image) : null;
    } catch (reason) {
      tensors.dispose();
      throw reason;
    }
  }

  /** Step `step`, from 0; tells of the images before it. */
  step(step: number): Reading {
    this.#jitter?.roll(this.#random);
    this.#optimiser.prepare(step);
    this.#step.run();
    this.#blur?.after(step);
    return this.#reading();
  }

  /** The images as they are, without jitter, with their gradients. */
  measure(): Reading {
    this.#measure.run();
    return this.#reading();
  }

  /** What the target is at the network's own input, after a forward pass of `pass`. */
  scoresOfInput(): Promise<Float32Array> {
    this.#seed.fill();
    this.#on.device.dot(this.#on.start, this.#on.from, this.#scores);
    return this.#reading().scores;
  }

  #reading(): Reading {
    const { factor } = this.#seed;
    const scores = this.#scores.read().then((values) => (factor === 1 ? values : values.map((one) => one * factor)));
    const squares = this.#squares.read();
    // Who reads later hears of it then.
    for (const reading of [scores, squares]) reading.catch(() => undefined);
    return { scores, squares };
  }

  /** Forward and backward: fills the scores, the squares and the gradient per grey level. */
  #look(jitter: Jitter | null): void {
    const { device, input, pixelScale, start, from, result, forward, backward } = this.#on;
    device.scaleShift(jitter ? jitter.rolled(this.image) : this.image, pixelScale!, null, input);
    forward();
    this.#seed.fill();
    device.dot(start, from, this.#scores);
    device.dot(this.image, this.image, this.#squares);
    backward();
    if (!jitter) return device.scaleShift(result, pixelScale!, null, this.gradient);
    device.scaleShift(result, pixelScale!, null, result);
    jitter.rollBack(result, this.gradient);
  }

  #noise(): Float32Array {
    const { n, like } = this.#tensors;
    const size = like.shape.slice(1).reduce((product, side) => product * side, 1);
    const { noise } = this.#settings;
    return Float32Array.from({ length: n * size }, (_, i) => noise * this.#random[Math.floor(i / size)]!.normal());
  }

  dispose(): void {
    this.#step.dispose();
    this.#measure.dispose();
    this.#blur?.dispose();
    this.#tensors.dispose();
  }
}

function sourceOf(start: AscentStart): string | null {
  if ('energyOf' in start) return start.energyOf;
  return 'value' in start ? start.value : null;
}

/** How the derivative of the target is filled in, and what its product with what it starts from is to be multiplied with. */
function seeding(tensors: AscentTensors, { device, start: to, from, scores }: Differentiation, start: AscentStart) {
  if ('energyOf' in start) return { factor: 1 / 2, fill: () => device.reorder(from, to) };
  if ('classes' in start) {
    const classes = tensors.integers([start.classes.length], start.classes);
    return { factor: 1, fill: () => device.seed(scores, classes, to) };
  }
  const derivative = tensors.floats(to.shape, 'value' in start ? start.derivative : start.perClass, to.layout);
  return { factor: 1, fill: () => device.reorder(derivative, to) };
}
