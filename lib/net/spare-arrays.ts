import { zeros } from '../ndarray.js';

/** Arrays kept for later, and the bytes from which on one is not: there the copy costs more than its memory. */
const kept = 2;
const mostBytes = 2 ** 22;

/** Arrays for copies of inputs, used again: fresh memory costs more than copying an image there. */
export class SpareArrays {
  readonly #spare: Float32Array[] = [];

  /** So many numbers, whatever they are; throws ERR_MEMORY. */
  take(where: string, length: number): Float32Array {
    const at = this.#spare.findIndex((array) => array.length === length);
    return at < 0 ? zeros(where, length) : this.#spare.splice(at, 1)[0]!;
  }

  /** Takes over an array that nobody else holds any more. */
  giveBack(array: Float32Array): void {
    if (array.byteLength < array.buffer.byteLength || array.byteLength > mostBytes) return;
    this.#spare.push(array);
    if (this.#spare.length > kept) this.#spare.shift();
  }
}
