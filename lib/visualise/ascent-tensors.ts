import type { Device, Layout, Shape, Tensor } from '../device/index.js';
import type { Pass } from '../net/pass.js';
import type { Sequence } from '../net/sequence.js';

/** Tensors and recordings of one ascent, which go together. */
export class AscentTensors {
  readonly #all: { dispose(): void }[] = [];

  /** @param like  the network's input: images of this ascent lie as it does */
  constructor(
    readonly pass: Pass,
    readonly device: Device,
    readonly like: Tensor<'float32'>,
  ) {}

  /** How many images ascend. */
  get n(): number {
    return this.like.shape[0]!;
  }

  /** Zeros, [n, channels, rows, cols]. */
  images(): Tensor<'float32'> {
    return this.#kept(this.device.tensor(this.like.shape, 'float32', this.like.layout));
  }

  /** `values`, or zeros. */
  floats(shape: Shape, values?: Float32Array, layout?: Layout): Tensor<'float32'> {
    const tensor = this.#kept(this.device.tensor(shape, 'float32', layout));
    if (values) tensor.write(values);
    return tensor;
  }

  integers(shape: Shape, values?: Int32Array): Tensor<'int32'> {
    const tensor = this.#kept(this.device.tensor(shape, 'int32'));
    if (values) tensor.write(values);
    return tensor;
  }

  /** A recording of the pass. */
  recorded(calls: () => void): Sequence {
    return this.#kept(this.pass.record(calls));
  }

  #kept<T extends { dispose(): void }>(one: T): T {
    this.#all.push(one);
    return one;
  }

  dispose(): void {
    for (const one of this.#all.reverse()) one.dispose();
  }
}
