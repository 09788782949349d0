import type { Device, ReluRule, Tensor } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { BackwardRules, LrnRule } from '../layers/layer.js';
import { planBackward, type Backward } from './backward.js';
import { GradientBuffers } from './gradients.js';
import { LeastRecentlyUsed } from './lru.js';
import type { Step, Value } from './program.js';
import { sequence, type Execution, type Sequence } from './sequence.js';
import { widened, type Widened } from './widened.js';

/** Where a backward pass starts. */
export type Start =
  /** 1 at one class for each gradient, -1 meaning the class with the highest score S_c. */
  | { readonly classes: Int32Array }
  /** Any derivative with respect to the numbers per class, as dense [n, classes]. */
  | { readonly perClass: Float32Array }
  /** Any derivative with respect to a value, as dense [n, ...]. */
  | { readonly value: string; readonly derivative: Float32Array };

export interface MapOptions {
  /** How each ReLU passes the signal back. */
  readonly rule: ReluRule;
  /** The derivative of largest magnitude with its sign, or its magnitude. */
  readonly signed: boolean;
  /** What the derivatives are with respect to: the input's numbers, or the pixels of an image that it was made of. */
  readonly units: 'input' | 'pixel';
}

/** The forward pass that the gradients are taken of. */
export interface Differentiated {
  readonly device: Device;
  readonly n: number;
  readonly steps: readonly Step[];
  readonly input: Value;
  /** S_c, and what a start at classes differentiates, [n, classes]. */
  readonly scores: Value;
  readonly scored: Value;
  /** A derivative with respect to a pixel is this, for each channel, times that with respect to the input's number. */
  readonly pixelScale: Tensor<'float32'> | null;
  readonly execution: Execution;
  value(name: string): Value;
}

/**
 * A forward and a backward pass as calls, for sequences that hold more than these: `forward` reads `input`; once `start`
 * holds dTarget/d(from), `backward` leaves dTarget/d(input) in `result`. All but `input` and `from` is memory that other
 * backward passes use, and `start` is overwritten by `backward`.
 */
export interface Differentiation {
  readonly device: Device;
  readonly input: Tensor<'float32'>;
  /** What `start` is a derivative with respect to: a named value or the number of each class, as dense rows. */
  readonly from: Tensor<'float32'>;
  readonly start: Tensor<'float32'>;
  readonly result: Tensor<'float32'>;
  /** S_c, [n, classes]. */
  readonly scores: Tensor<'float32'>;
  /** [channels]: what a derivative with respect to a pixel is, in derivatives with respect to the input's number. */
  readonly pixelScale: Tensor<'float32'> | null;
  readonly forward: () => void;
  readonly backward: () => void;
}

/** The rules that give derivatives. */
const derivative: BackwardRules = { rule: 'gradient', lrn: 'gradient' };

interface Ready extends Sequence, Pick<Backward, 'start' | 'result'> {}

/** Backward passes that are kept ready; each start, rule and destination is one. */
const kept = 16;

/** Backward passes of m gradients for each of n inputs. They share their buffers: a result is valid until the next. */
export class GradientPasses {
  readonly #of: Differentiated;
  readonly #widened: Widened | null;
  readonly #buffers: GradientBuffers;
  readonly #classes: Tensor<'int32'>;
  readonly #ready = new LeastRecentlyUsed<Ready>(kept);
  #map: Tensor<'float32'> | null = null;

  static async plan(of: Differentiated, m: number): Promise<GradientPasses> {
    const wide = await widened(of.steps, m);
    try {
      return new GradientPasses(of, m, wide);
    } catch (reason) {
      wide.dispose();
      throw reason;
    }
  }

  /** Of one gradient for each input unless the steps were widened for more. */
  constructor(of: Differentiated, m = 1, wide: Widened | null = null) {
    this.#of = of;
    this.#widened = wide;
    this.#buffers = new GradientBuffers(of.device, m);
    this.#classes = of.device.tensor([of.n * m], 'int32');
  }

  /** dTarget/d(to), [n * m, ...]. */
  backward(start: Start, rule: ReluRule, to: string, lrn: LrnRule = 'gradient'): Tensor<'float32'> {
    const from = 'value' in start ? `value ${start.value}` : Object.keys(start)[0]!;
    const ready = this.#recorded(`${rule}, LRN ${lrn}, from ${from} to ${to}`, () => {
      const backward = this.#between(start, { rule, lrn }, this.#of.value(to));
      if (!backward) throw unrelated('value' in start ? start.value : 'the scores', to);
      return backward;
    });
    if ('classes' in start) this.#classes.write(start.classes);
    else ready.start.write('value' in start ? start.derivative : start.perClass);
    ready.run();
    return ready.result;
  }

  /** Of one class for each gradient: the maximum over the input's channels of |dS/d(input)|, [n * m, rows, cols]. */
  maps(classes: Int32Array, { rule, signed, units }: MapOptions): Tensor<'float32'> {
    const ready = this.#recorded(`${rule}, ${signed ? 'signed' : 'magnitudes'} per ${units}`, () => {
      const { device, input, pixelScale } = this.#of;
      const backward = this.#between({ classes }, { rule, lrn: 'gradient' }, input)!;
      const result = (this.#map ??= device.tensor(mapShape(backward.result), 'float32'));
      const scale = units === 'pixel' ? pixelScale : null;
      const run = () => {
        backward.run();
        device.maxAbsOverChannels(backward.result, scale, result, signed ? 'signed' : 'magnitude');
      };
      return { start: backward.start, result, run };
    });
    this.#classes.write(classes);
    ready.run();
    return ready.result;
  }

  /** A backward pass from a value, or the number per class, to the input, as calls that have not been made. */
  calls(from: string | null): Pick<Differentiation, 'from' | 'start' | 'result' | 'backward'> {
    const { steps, input, scored } = this.#of;
    const of = from === null ? scored : this.#of.value(from);
    const backward = planBackward(steps, this.#buffers, { from: of, to: input, ...derivative });
    if (!backward) throw unrelated(from ?? 'the scores', 'the input');
    return { from: of.tensor!, start: backward.start, result: backward.result, backward: backward.run };
  }

  #recorded(key: string, plan: () => Backward): Ready {
    const known = this.#ready.get(key);
    if (known) return known;
    const { start, result, run } = plan();
    return this.#ready.set(key, { ...sequence(this.#of.device, this.#of.execution, run), start, result });
  }

  /** A backward pass that begins by writing the one-hot rows of `#classes`, if it starts at classes. */
  #between(start: Start, rules: BackwardRules, to: Value): Backward | null {
    const { device, steps, scores, scored } = this.#of;
    const from = 'value' in start ? this.#of.value(start.value) : scored;
    const backward = planBackward(this.#widened?.steps ?? steps, this.#buffers, { from, to, ...rules });
    if (!backward || !('classes' in start)) return backward;
    const run = () => {
      device.seed(scores.tensor!, this.#classes, backward.start);
      backward.run();
    };
    return { ...backward, run };
  }

  dispose(): void {
    this.#ready.dispose();
    this.#map?.dispose();
    this.#classes.dispose();
    this.#buffers.dispose();
    this.#widened?.dispose();
  }
}

function mapShape({ shape: [n, , rows, cols] }: Tensor): number[] {
  return [n!, rows!, cols!];
}

function unrelated(target: string, to: string): DeepInsideError {
  const message = `gradient: the target must depend on "${to}", but "${target}" does not; name a layer before it`;
  return new DeepInsideError('ERR_ARGUMENT', message);
}
