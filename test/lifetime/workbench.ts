import type { Device, Handle, Layout, Shape, Tensor } from '#lib/device/index.js';

/** Makes what an operation needs on a device, and disposes of it all. */
export class Workbench {
  readonly #owned: Handle[] = [];
  readonly #written: { readonly tensor: Tensor; readonly values: Float32Array | Int32Array }[] = [];

  constructor(readonly device: Device) {}

  own<H extends Handle>(handle: H): H {
    this.#owned.push(handle);
    return handle;
  }

  /** Zeros if there are no values. */
  floats(shape: Shape, values?: readonly number[], layout?: Layout): Tensor<'float32'> {
    const tensor = this.own(this.device.tensor(shape, 'float32', layout));
    if (values) this.#written.push({ tensor, values: Float32Array.from(values) });
    if (values) tensor.write(Float32Array.from(values));
    return tensor;
  }

  integers(values: readonly number[], shape: Shape = [values.length]): Tensor<'int32'> {
    const tensor = this.own(this.device.tensor(shape, 'int32'));
    this.#written.push({ tensor, values: Int32Array.from(values) });
    tensor.write(Int32Array.from(values));
    return tensor;
  }

  /** Overwrites every input with zeros. */
  spoil(): void {
    for (const { tensor, values } of this.#written) tensor.write(values.map(() => 0));
  }

  /** Writes every input again. */
  restore(): void {
    for (const { tensor, values } of this.#written) tensor.write(values);
  }

  dispose(): void {
    for (const handle of this.#owned) handle.dispose();
  }
}
