import type { Tensor } from '../device/index.js';
import type { Differentiation } from '../net/gradient-passes.js';
import type { Pass } from '../net/pass.js';
import type { Sequence } from '../net/sequence.js';
import type { Random } from '../random.js';
import { Blur } from './ascent-blur.js';
import { clipping } from './ascent-clip.js';
import { directionOf } from './ascent-direction.js';
import { Jitter } from './ascent-jitter.js';
import { optimiserOf, type AscentOptimiser } from './ascent-optimiser.js';
import type { AscentStart } from './ascent-target.js';
import { AscentTensors } from './ascent-tensors.js';
import type { AscentSettings } from './class-model-options.js';

export interface AscentOptions {
  readonly settings: AscentSettings;
  readonly start: AscentStart;
  /** Of each image: of its jitter. */
  readonly random: readonly Random[];
  /** What the images start as, dense [n, channels, rows, cols]; null: zeros. */
  readonly images: Float32Array | null;
  /** In grey levels: a number for each channel, or an image [channels, rows, cols]. */
  readonly mean: Float64Array;
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
  /** dS/dI, after a measurement. */
  readonly gradient: Images;
  readonly #on: Differentiation;
  readonly #tensors: AscentTensors;
  readonly #optimiser: AscentOptimiser;
  readonly #random: readonly Random[];
  readonly #seed: Seed;
  readonly #scores: Tensor<'float32'>;
  readonly #squares: Tensor<'float32'>;
  readonly #jitter: Jitter | null;
  readonly #blur: Blur | null;
  readonly #step: Sequence;
  readonly #measure: Sequence;

  constructor(pass: Pass, { settings, start, random, images, mean }: AscentOptions) {
    this.#on = pass.differentiation(sourceOf(start));
    const { device, input } = this.#on;
    const tensors = (this.#tensors = new AscentTensors(pass, device, input));
    try {
      this.#random = random;
      this.image = tensors.images();
      this.gradient = tensors.images();
      if (images) this.image.write(images);
      this.#scores = tensors.floats([tensors.n]);
      this.#squares = tensors.floats([tensors.n]);
      this.#seed = seeding(tensors, this.#on, start);
      this.#jitter = settings.jitter > 0 ? new Jitter(tensors, settings.jitter) : null;
      const { direction, calls } = directionOf(tensors, settings, this.gradient, this.image);
      this.#optimiser = optimiserOf(tensors, settings, direction, this.image);
      const clip = settings.clip ? clipping(tensors, mean, this.image) : null;
      this.#measure = tensors.recorded(() => this.#look(null));
      this.#step = tensors.recorded(() => {
        this.#look(this.#jitter);
        calls();
        this.#optimiser.calls();
        clip?.();
      });
      this.#blur = settings.blur ? new Blur(tensors, settings, this.image, clip) : null;
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
    this.#fillSeed();
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
    const { device, input, pixelScale, result, forward, backward } = this.#on;
    device.scaleShift(jitter ? jitter.rolled(this.image) : this.image, pixelScale!, null, input);
    forward();
    this.#fillSeed();
    device.dot(this.image, this.image, this.#squares);
    backward();
    if (!jitter) return device.scaleShift(result, pixelScale!, null, this.gradient);
    device.scaleShift(result, pixelScale!, null, result);
    jitter.rollBack(result, this.gradient);
  }

  /** Where the backward pass starts, and what the target is there. */
  #fillSeed(): void {
    this.#seed.fill();
    this.#on.device.dot(this.#on.start, this.#seed.of, this.#scores);
  }

  dispose(): void {
    this.#tensors.dispose();
  }
}

function sourceOf(start: AscentStart): string | null {
  if ('energyOf' in start) return start.energyOf;
  return 'value' in start ? start.value : null;
}

/** How the derivative of the target is filled in; the target is `factor` times its product with `of`. */
interface Seed {
  readonly factor: number;
  readonly of: Images;
  readonly fill: () => void;
}

function seeding(tensors: AscentTensors, on: Differentiation, start: AscentStart): Seed {
  const { device, start: to, from, scores } = on;
  if ('classes' in start) {
    const classes = tensors.integers([start.classes.length], start.classes);
    return { factor: 1, of: from, fill: () => device.seed(scores, classes, to) };
  }
  if ('perClass' in start) {
    const derivative = tensors.floats(to.shape, start.perClass, to.layout);
    return { factor: 1, of: from, fill: () => device.reorder(derivative, to) };
  }
  // In a concatenation an image's part of the value is not followed by the next one's.
  const of = tensors.floats(from.shape, undefined, from.layout);
  const derivative = 'value' in start ? tensors.floats(to.shape, start.derivative, to.layout) : of;
  const fill = () => {
    device.reorder(from, of);
    device.reorder(derivative, to);
  };
  return { factor: 'value' in start ? 1 : 1 / 2, of, fill };
}
