import type { Device, Tensor } from '../device/index.js';
import type { ChannelRange, Operand } from '../layers/layer.js';

type Gradient = Tensor<'float32'>;

/**
 * Tensors for m gradients of each input, shared by all backward passes of a program, since these never run at the same
 * time, and within a pass by values whose gradients do not live at the same time.
 */
export class GradientBuffers {
  readonly #all = new Map<string, Gradient[]>();
  readonly #views = new Map<Gradient, Map<string, Gradient>>();

  constructor(
    readonly device: Device,
    readonly m: number,
  ) {}

  /** An account in which every buffer is free again. */
  open(): GradientAccount {
    const free = new Map([...this.#all].map(([key, tensors]) => [key, [...tensors]]));
    return new GradientAccount(free, (value) => this.#make(value));
  }

  /** Channels of a buffer or of a view of one. */
  view(tensor: Gradient, { first, count }: ChannelRange): Gradient {
    const views = this.#views.get(tensor) ?? new Map<string, Gradient>();
    this.#views.set(tensor, views);
    const key = `${first}+${count}`;
    const view = views.get(key) ?? tensor.channels(first, count);
    views.set(key, view);
    return view;
  }

  #make(value: Operand): Gradient {
    const [n, ...sides] = value.shape;
    const tensor = this.device.tensor([n! * this.m, ...sides], 'float32', value.layout);
    const key = keyOf(value);
    this.#all.set(key, [...(this.#all.get(key) ?? []), tensor]);
    return tensor;
  }

  dispose(): void {
    for (const views of this.#views.values()) for (const view of views.values()) view.dispose();
    this.#views.clear();
    for (const tensors of this.#all.values()) for (const tensor of tensors) tensor.dispose();
    this.#all.clear();
  }
}

/** Who holds which buffer while a backward pass is scheduled. */
export class GradientAccount {
  readonly #free: Map<string, Gradient[]>;
  readonly #make: (value: Operand) => Gradient;
  readonly #held = new Map<Gradient, { readonly key: string; holders: number }>();
  /** Of each view, the buffer. */
  readonly #buffers = new Map<Gradient, Gradient>();

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
    this.#holding(tensor).holders++;
    return tensor;
  }

  /** As `share`, for a holder of nothing but a view of `tensor`. */
  shareView(tensor: Gradient, view: Gradient): Gradient {
    this.#buffers.set(view, this.#bufferOf(tensor));
    return this.share(view);
  }

  isView(tensor: Gradient): boolean {
    return this.#buffers.has(tensor);
  }

  /** Only a buffer with one holder may be overwritten. */
  isShared(tensor: Gradient): boolean {
    return this.#holding(tensor).holders > 1;
  }

  /** One holder less; the last one frees the buffer for those who take one later. */
  release(tensor: Gradient): void {
    const held = this.#holding(tensor);
    const buffer = this.#bufferOf(tensor);
    if (--held.holders === 0) this.#free.set(held.key, [...(this.#free.get(held.key) ?? []), buffer]);
  }

  #bufferOf(tensor: Gradient): Gradient {
    return this.#buffers.get(tensor) ?? tensor;
  }

  #holding(tensor: Gradient): { readonly key: string; holders: number } {
    return this.#held.get(this.#bufferOf(tensor))!;
  }
}

function keyOf({ shape, layout }: Operand): string {
  return `${layout}|${shape.join()}`;
}
