import type { Tensor } from '../device/index.js';
import type { Sequence } from '../net/sequence.js';
import { blurBoth } from './ascent-direction.js';
import type { AscentTensors } from './ascent-tensors.js';
import type { AscentSettings } from './class-model-options.js';
import { gaussianTaps, radiusOf } from '../image/gaussian.js';

/** Blurs the images after some steps, less and less. */
export class Blur {
  readonly #taps: Tensor<'float32'>;
  readonly #radius: number;
  readonly #sequence: Sequence;

  /** @param clip  calls that keep the image to its limits, if it is to be kept */
  constructor(
    tensors: AscentTensors,
    readonly settings: AscentSettings,
    image: Tensor<'float32'>,
    clip: (() => void) | null,
  ) {
    this.#radius = radiusOf(Math.max(...settings.blur!.sigma));
    this.#taps = tensors.floats([2 * this.#radius + 1]);
    const between = tensors.images();
    this.#sequence = tensors.recorded(() => {
      blurBoth(tensors.device, this.#taps, image, between, image);
      clip?.(); // about a mean image the limits differ from pixel to pixel, and means of what keeps to them need not
    });
  }

  after(step: number): void {
    const { steps, blur } = this.settings;
    const { every, sigma } = blur!;
    if ((step + 1) % every !== 0) return;
    const done = steps === 1 ? 1 : step / (steps - 1);
    this.#taps.write(gaussianTaps(sigma[0] + (sigma[1] - sigma[0]) * done, this.#radius));
    this.#sequence.run();
  }
}
