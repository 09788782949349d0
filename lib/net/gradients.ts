import type { Device, Tensor } from '../device/index.js';
import type { Operand } from '../layers/layer.js';

type Gradient = Tensor<'float32'>;

/**
 * Tensors for m gradients of each input, shared by all backward passes of a program, since these never run at the same
 * time, and within a pass by values whose gradients do not live at the same time.
 */
export class GradientBuffers {
  readonly #all = new Map<string, Gradient[]>();

  constructor(
    readonly device: Device,
    readonly m: number,
  ) {}

  /** An account in which every buffer is free again. */
  open(): GradientAccount {
    const free = new Map([...this.#all].map(([key, tensors]) => [key, [...tensors]]));
    return new GradientAccount(free, (value) => this.#make(value));
  }

  #make(value: Operand): Gradient {
    const [n, ...sides] = value.shape;
    const tensor = this.device.tensor([n! * this.m, ...sides], 'float32', value.layout);
    const key = keyOf(value);
    this.#all.set(key, [...(this.#all.get(key) ?? []), tensor]);
    return tensor;
  }

  dispose(): void {
    for (const tensors of this.#all.values()) for (const tensor of tensors) tensor.dispose();
    this.#all.clear();
  }
}

/** Who holds which buffer while a backward pass is scheduled. */
export class GradientAccount {
  readonly #free: Map<string, Gradient[]>;
  readonly #make: (value: Operand) => Gradient;
  readonly #held = new Map<Gradient, { readonly key: string; holders: number }>();

  constructor(free: Map<string, Gradient[]>, make: (value: Operand) => Gradient) {
    this.#free = free;
    this.#make = make;
  }

  /** A buffer for gradients of a value, with one holder. */
  take(value: Operand): Gradient {
    const key = keyOf(value);
    const tensor = this.#free.get(key)?.pop() ?? this.#make(value);
    this.#held.set(tensor, { key, holders: 1 });
    return tensor;
  }

  /** The same buffer with one holder more. */
  share(tensor: Gradient): Gradient {
    this.#held.get(tensor)!.holders++;
    return tensor;
  }

  /** Only a buffer with one holder may be overwritten. */
  isShared(tensor: Gradient): boolean {
    return this.#held.get(tensor)!.holders > 1;
  }

  /** One holder less; the last one frees the buffer for those who take one later. */
  release(tensor: Gradient): void {
    const held = this.#held.get(tensor)!;
    if (--held.holders === 0) this.#free.set(held.key, [...(this.#free.get(held.key) ?? []), tensor]);
  }
}

function keyOf({ shape, layout }: Operand): string {
  return `${layout}|${shape.join()}`;
}
