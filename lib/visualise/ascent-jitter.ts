import type { Device, Tensor } from '../device/index.js';
import type { Random } from '../random.js';
import type { AscentTensors } from './ascent-tensors.js';

type Images = Tensor<'float32'>;

/** Rolls every image its own way before the network sees it, and its gradient back. */
export class Jitter {
  readonly #device: Device;
  readonly #rolled: Images;
  readonly #there: Tensor<'int32'>;
  readonly #back: Tensor<'int32'>;

  constructor(
    tensors: AscentTensors,
    readonly reach: number,
  ) {
    this.#device = tensors.device;
    this.#rolled = tensors.images();
    this.#there = tensors.integers([tensors.n, 2]);
    this.#back = tensors.integers([tensors.n, 2]);
  }

  roll(random: readonly Random[]): void {
    const offsets = random.flatMap((one) => [
      one.integer(-this.reach, this.reach),
      one.integer(-this.reach, this.reach),
    ]);
    this.#there.write(Int32Array.from(offsets));
    this.#back.write(Int32Array.from(offsets, (offset) => -offset));
  }

  rolled(image: Images): Images {
    this.#device.shift(image, this.#there, this.#rolled);
    return this.#rolled;
  }

  rollBack(from: Images, to: Images): void {
    this.#device.shift(from, this.#back, to);
  }
}
