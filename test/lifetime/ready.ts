import type { Handle, Tensor } from '#lib/device/index.js';
import type { Workbench } from './workbench.js';

export type Numbers = ArrayLike<number>;

/** An operation that is ready to be called, with an answer worked out by hand. */
export interface Ready {
  /** What the call takes beside the device: it refuses each that was disposed of. */
  readonly uses: Readonly<Record<string, Handle>>;
  /** May be called any number of times with the same outcome. */
  call(): unknown;
  /** What came of the call, given what that returned. Of an operation it is asked for before this returns. */
  result(given: unknown): Promise<Numbers>;
  readonly expected: readonly number[];
}

/** Prepares a call on the device of a workbench. */
export type Operation = (on: Workbench) => Ready | Promise<Ready>;

export function ready<G>(
  uses: Readonly<Record<string, Handle>>,
  call: () => G,
  result: (given: G) => Promise<Numbers>,
  expected: readonly number[],
): Ready {
  return { uses, call, result: result, expected };
}

/** A call whose outcome is in `outputs`, which are among the tensors used. */
export function into(
  uses: Record<string, Handle>,
  outputs: readonly Tensor[],
  call: () => void,
  ...expected: number[]
): Ready {
  return ready(uses, call, () => joined(outputs), expected);
}

async function joined(tensors: readonly Tensor[]): Promise<Numbers> {
  return (await Promise.all(tensors.map((tensor) => tensor.read()))).flatMap((values) => [...values]);
}
