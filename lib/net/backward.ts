import type { Tensor } from '../device/index.js';
import type { BackwardRules, ChannelRange, PlannedLayer } from '../layers/layer.js';
import { deadValues } from './dead-values.js';
import type { GradientAccount, GradientBuffers } from './gradients.js';
import type { Step, Value } from './program.js';

/** A backward pass made ready: fill `start` with dTarget/d(from), call `run`, and `result` holds dTarget/d(to). */
export interface Backward {
  readonly start: Tensor<'float32'>;
  readonly result: Tensor<'float32'>;
  readonly run: () => void;
}

export interface BackwardOptions extends BackwardRules {
  readonly from: Value;
  readonly to: Value;
}

/** Null where `from` does not depend on `to`. */
export function planBackward(
  steps: readonly Step[],
  buffers: GradientBuffers,
  { from, to, ...rules }: BackwardOptions,
): Backward | null {
  const between = valuesBetween(steps, from, to);
  if (!between.has(from)) return null;
  const scheduler = new Scheduler(buffers, between, deadValues(steps, to, rules.rule), rules);
  const start = scheduler.begin(from);
  for (const step of [...steps].reverse()) scheduler.visit(step);
  const result = scheduler.end(to);
  const { calls } = scheduler;
  return {
    start,
    result,
    run: () => {
      for (const call of calls) call();
    },
  };
}

/** `to`, `from` and the values that depend on the first and lead to the second; empty if there is no way. */
function valuesBetween(steps: readonly Step[], from: Value, to: Value): ReadonlySet<Value> {
  const dependent = new Set([to]);
  for (const { xs, y } of steps) if (y !== to && xs.some((x) => dependent.has(x))) dependent.add(y);
  const leading = new Set([from]);
  for (const { xs, y } of [...steps].reverse()) if (leading.has(y)) for (const x of xs) leading.add(x);
  return new Set([...dependent].filter((value) => leading.has(value)));
}

/** dTarget/d(value). */
interface Gradient {
  readonly tensor: Tensor<'float32'>;
  /** Whether it is known to be 0 at the dead elements of its value. */
  readonly masked: boolean;
}

/** Turns steps, visited from the last to the first, into calls on gradient tensors. */
class Scheduler {
  readonly calls: (() => void)[] = [];
  readonly #gradients = new Map<Value, Gradient>();
  readonly #account: GradientAccount;

  constructor(
    readonly buffers: GradientBuffers,
    readonly between: ReadonlySet<Value>,
    readonly dead: ReadonlySet<Value>,
    readonly rules: BackwardRules,
  ) {
    this.#account = buffers.open();
  }

  begin(from: Value): Tensor<'float32'> {
    const tensor = this.#account.take(from);
    this.#gradients.set(from, { tensor, masked: false });
    return tensor;
  }

  /** The gradient of `to`, a tensor that any operation takes. */
  end(to: Value): Tensor<'float32'> {
    return this.#gathered(this.#gradients.get(to)!, to).tensor;
  }

  visit(step: Step): void {
    const dy = this.#gradients.get(step.y);
    if (!dy || !step.xs.some((x) => this.between.has(x))) return;
    const { backward, backwardIsIdle, parts } = step.planned;
    if (parts) this.#passParts(step, dy, parts);
    else if (backward && !backwardIsIdle?.(this.rules, dy.masked)) this.#run(step, dy, backward);
    else this.#passOn(step, dy);
  }

  #run({ planned, xs, y }: Step, given: Gradient, backward: NonNullable<PlannedLayer['backward']>): void {
    const dy = planned.takesViews ? given : this.#gathered(given, y);
    const inPlace = planned.backwardInPlace === true && !this.#account.isShared(dy.tensor);
    const dxs = xs.map((x) => {
      if (!this.between.has(x) && !planned.backwardWhole) return null;
      return inPlace ? this.#account.share(dy.tensor) : this.#account.take(x);
    });
    const masks = xs.map((x) => (this.dead.has(x) ? x.tensor : null));
    const pass = { xs: xs.map((x) => x.tensor), y: y.tensor, dy: dy.tensor, dxs, masks, rule: this.rules.rule };
    this.calls.push(() => backward(pass));
    dxs.forEach((dx, i) => {
      if (!dx) return;
      if (this.between.has(xs[i]!)) this.#contribute(xs[i]!, { tensor: dx, masked: this.#masks(planned, xs[i]!, dy) });
      else this.#account.release(dx);
    });
    this.#account.release(dy.tensor);
  }

  /** The gradient of each x is a part of that of y. */
  #passParts({ planned, xs }: Step, dy: Gradient, parts: readonly ChannelRange[]): void {
    xs.forEach((x, i) => {
      if (!this.between.has(x)) return;
      const tensor = this.#account.shareView(dy.tensor, this.buffers.view(dy.tensor, parts[i]!));
      this.#contribute(x, { tensor, masked: this.#masks(planned, x, dy) });
    });
    this.#account.release(dy.tensor);
  }

  /** The gradient itself, or a copy of one whose images do not follow one another. */
  #gathered({ tensor, masked }: Gradient, value: Value): Gradient {
    if (!this.#account.isView(tensor) || tensor.shape[0] === 1) return { tensor, masked };
    const own = this.#account.take(value);
    this.calls.push(() => this.buffers.device.reorder(tensor, own));
    this.#account.release(tensor);
    return { tensor: own, masked };
  }

  /** A gradient that the layer leaves as it is: every x shares it. */
  #passOn({ planned, xs }: Step, dy: Gradient): void {
    for (const x of xs.filter((x) => this.between.has(x))) {
      this.#contribute(x, { tensor: this.#account.share(dy.tensor), masked: this.#masks(planned, x, dy) });
    }
    this.#account.release(dy.tensor);
  }

  #masks({ masks }: PlannedLayer, x: Value, dy: Gradient): boolean {
    return this.dead.has(x) && (masks === 'always' || (masks === 'inherited' && dy.masked));
  }

  /** The contributions of several readers are added in the order of the steps, last one first. */
  #contribute(x: Value, part: Gradient): void {
    const sum = this.#gradients.get(x);
    this.#gradients.set(x, sum ? this.#sum(x, sum, part) : part);
  }

  #sum(x: Value, a: Gradient, b: Gradient): Gradient {
    const own = [a.tensor, b.tensor].find((tensor) => !this.#account.isShared(tensor));
    const tensor = own ? this.#account.share(own) : this.#account.take(x);
    this.calls.push(() => this.buffers.device.add(a.tensor, b.tensor, tensor));
    for (const part of [a, b]) this.#account.release(part.tensor);
    return { tensor, masked: a.masked && b.masked };
  }
}
