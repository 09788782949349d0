import type { Device, Tensor } from '../device/index.js';
import type { Operand } from '../layers/layer.js';

type Gradient = Tensor<'float32'>;

/**
 * Gradient tensors, shared by all backward passes of a program, since these never run at the same time, and within a
 * pass by values whose gradients do not live at the same time.
 */
export class GradientBuffers {
  readonly #all = new Map<string, Gradient[]>();

  constructor(readonly device: Device) {}

  /** An account in which every buffer is free again. */
  open(): GradientAccount {
    const free = new Map([...this.#all].map(([key, tensors]) => [key, [...tensors]]));
    return new GradientAccount(free, (operand) => this.#make(operand));
  }

  #make(operand: Operand): Gradient {
    const tensor = this.device.tensor(operand.shape, 'float32', operand.layout);
    const key = keyOf(operand);
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
  readonly #make: (operand: Operand) => Gradient;
  readonly #holders = new Map<Gradient, number>();

  constructor(free: Map<string, Gradient[]>, make: (operand: Operand) => Gradient) {
    this.#free = free;
    this.#make = make;
  }

  /** A buffer with one holder. */
  take(operand: Operand): Gradient {
    return this.share(this.#free.get(keyOf(operand))?.pop() ?? this.#make(operand));
  }

  /** The same buffer with one holder more. */
  share(tensor: Gradient): Gradient {
    this.#holders.set(tensor, (this.#holders.get(tensor) ?? 0) + 1);
    return tensor;
  }

  /** Only a buffer with one holder may be overwritten. */
  isShared(tensor: Gradient): boolean {
    return this.#holders.get(tensor)! > 1;
  }

  /** One holder less; the last one frees the buffer for those who take one later. */
  release(tensor: Gradient): void {
    const left = this.#holders.get(tensor)! - 1;
    this.#holders.set(tensor, left);
    if (left === 0) this.#free.set(keyOf(tensor), [...(this.#free.get(keyOf(tensor)) ?? []), tensor]);
  }
}

function keyOf({ shape, layout }: Operand): string {
  return `${layout}|${shape.join()}`;
}
