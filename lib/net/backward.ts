import type { Device, ReluRule, Tensor } from '../device/index.js';
import type { Operand } from '../layers/layer.js';
import type { Program, Step, Value } from './program.js';

/** A backward pass made ready: fill `start` with dTarget/d(from), call `run`, and `result` holds dTarget/d(to). */
export interface Backward {
  readonly start: Tensor<'float32'>;
  readonly result: Tensor<'float32'>;
  run(): void;
}

/**
 * Gradient tensors, shared by all backward passes of a program, since these never run at the same time, and within a
 * pass by values whose gradients do not live at the same time.
 */
export class GradientBuffers {
  readonly #all = new Map<string, Tensor<'float32'>[]>();

  constructor(readonly device: Device) {}

  /** An account in which every buffer is free again. */
  open(): GradientAccount {
    const free = new Map([...this.#all].map(([key, tensors]) => [key, [...tensors]]));
    const keyOf = ({ shape, layout }: Operand) => `${layout}|${shape.join()}`;
    return {
      take: (operand) => free.get(keyOf(operand))?.pop() ?? this.#make(keyOf(operand), operand),
      giveBack: (tensor) => {
        const key = keyOf(tensor);
        free.set(key, [...(free.get(key) ?? []), tensor]);
      },
    };
  }

  #make(key: string, { shape, layout }: Operand): Tensor<'float32'> {
    const tensor = this.device.tensor(shape, 'float32', layout);
    this.#all.set(key, [...(this.#all.get(key) ?? []), tensor]);
    return tensor;
  }

  dispose(): void {
    for (const tensors of this.#all.values()) for (const tensor of tensors) tensor.dispose();
    this.#all.clear();
  }
}

interface GradientAccount {
  take(operand: Operand): Tensor<'float32'>;
  giveBack(tensor: Tensor<'float32'>): void;
}

/** Null where `from` does not depend on `to`. */
export function planBackward(
  program: Program,
  buffers: GradientBuffers,
  from: Value,
  to: Value,
  rule: ReluRule,
): Backward | null {
  const between = valuesBetween(program, from, to);
  if (!between.has(from)) return null;
  const scheduler = new Scheduler(buffers, between, rule);
  const start = scheduler.begin(from);
  for (const step of [...program.steps].reverse()) scheduler.visit(step);
  const { calls } = scheduler;
  return {
    start,
    result: scheduler.gradientOf(to),
    run: () => {
      for (const call of calls) call();
    },
  };
}

/** `to`, `from` and the values that depend on the first and lead to the second; empty if there is no way. */
function valuesBetween({ steps }: Program, from: Value, to: Value): ReadonlySet<Value> {
  const dependent = new Set([to]);
  for (const { xs, y } of steps) if (y !== to && xs.some((x) => dependent.has(x))) dependent.add(y);
  const leading = new Set([from]);
  for (const { xs, y } of [...steps].reverse()) if (leading.has(y)) for (const x of xs) leading.add(x);
  return new Set([...dependent].filter((value) => leading.has(value)));
}

/** Turns steps, visited from the last to the first, into calls on gradient tensors. */
class Scheduler {
  readonly calls: (() => void)[] = [];
  readonly #gradients = new Map<Value, Tensor<'float32'>>();
  readonly #account: GradientAccount;

  readonly #device: Device;

  constructor(
    buffers: GradientBuffers,
    readonly between: ReadonlySet<Value>,
    readonly rule: ReluRule,
  ) {
    this.#account = buffers.open();
    this.#device = buffers.device;
  }

  begin(from: Value): Tensor<'float32'> {
    const start = this.#account.take(from);
    this.#gradients.set(from, start);
    return start;
  }

  gradientOf(value: Value): Tensor<'float32'> {
    return this.#gradients.get(value)!;
  }

  visit({ planned, xs, y }: Step): void {
    const dy = this.#gradients.get(y);
    if (!dy || !xs.some((x) => this.between.has(x))) return;
    const inPlace = planned.backwardInPlace === true && !this.#gradients.has(xs[0]!);
    const further: { part: Tensor<'float32'>; sum: Tensor<'float32'> }[] = [];
    const unwanted: Tensor<'float32'>[] = [];
    const dxs = xs.map((x) => {
      const wanted = this.between.has(x);
      if (!wanted && !planned.backwardWhole) return null;
      const dx = inPlace ? dy : this.#account.take(x);
      const sum = this.#gradients.get(x);
      if (!wanted) unwanted.push(dx);
      else if (sum) further.push({ part: dx, sum });
      else this.#gradients.set(x, dx);
      return dx;
    });
    const pass = { xs: xs.map((x) => x.tensor), y: y.tensor, dy, dxs, rule: this.rule };
    this.calls.push(() => planned.backward(pass));
    for (const { part, sum } of further) this.#add(part, sum);
    for (const tensor of inPlace ? unwanted : [...unwanted, dy]) this.#account.giveBack(tensor);
  }

  /** The first reader visited writes a gradient, the others add theirs in the order of the steps, last one first. */
  #add(part: Tensor<'float32'>, sum: Tensor<'float32'>): void {
    this.calls.push(() => this.#device.axpy(1, part, sum));
    this.#account.giveBack(part);
  }
}
