import type { Device, Recording, ReluRule, Tensor } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import { planBackward, type Backward } from './backward.js';
import { fusableRelus, type ScoredGraph } from './edit-graph.js';
import type { Layers } from './layer-of.js';
import { GradientBuffers } from './gradients.js';
import { LeastRecentlyUsed } from './lru.js';
import { planProgram, type Program, type Value } from './program.js';

/** 'replay' records each sequence once and replays it; 'eager' makes the calls each time. The results are the same. */
export type Execution = 'replay' | 'eager';

/** Where a backward pass starts. */
export type Start =
  /** 1 at one class for each image, -1 meaning the class with the highest score S_c. */
  | { readonly classes: Int32Array }
  /** Any derivative with respect to the numbers per class, as dense [n, classes]. */
  | { readonly perClass: Float32Array }
  /** Any derivative with respect to a value, as dense [n, ...]. */
  | { readonly value: string; readonly derivative: Float32Array };

export interface PassOptions {
  readonly device: Device;
  readonly scored: ScoredGraph;
  readonly layers: Layers;
  readonly n: number;
  /** Values that must exist although the layer before could rectify them itself. */
  readonly kept: readonly string[];
  readonly execution: Execution;
}

/** Backward passes that a pass keeps ready; each layer, rule and destination is one. */
const keptBackwards = 16;

/** Forward and backward passes of a network for batches of one size. Its calls enqueue and return. */
export class Pass {
  readonly device: Device;
  readonly n: number;
  readonly #program: Program;
  readonly #scored: ScoredGraph;
  readonly #execution: Execution;
  readonly #buffers: GradientBuffers;
  readonly #classes: Tensor<'int32'>;
  readonly #forward: Sequence;
  readonly #backwards = new LeastRecentlyUsed<Sequence & Pick<Backward, 'start' | 'result'>>(keptBackwards);

  static async plan(options: PassOptions): Promise<Pass> {
    const { graph, scored } = options.scored;
    const fused = new Map([...fusableRelus(graph)].filter(([name]) => name !== scored && !options.kept.includes(name)));
    const program = await planProgram({ ...options, graph, fused, rows: [graph.output, scored] });
    try {
      return new Pass(options, program);
    } catch (reason) {
      program.dispose();
      throw reason;
    }
  }

  private constructor({ device, n, scored, execution }: PassOptions, program: Program) {
    this.device = device;
    this.n = n;
    this.#program = program;
    this.#scored = scored;
    this.#execution = execution;
    this.#buffers = new GradientBuffers(device);
    this.#classes = device.tensor([n], 'int32');
    this.#forward = this.#sequence(() => {
      for (const step of program.steps) step.forward?.();
    });
  }

  /** Runs the network on `input`, dense [n, channels, rows, cols]. */
  forward(input: Float32Array): void {
    this.#program.input.tensor!.write(input);
    this.#forward.run();
  }

  /** The scores S_c, [n, classes], of the last forward pass. */
  get scores(): Tensor<'float32'> {
    return this.#program.rows.get(this.#scored.graph.output)!.tensor!;
  }

  /** The number per class that a start at classes differentiates, [n, classes]. */
  get scored(): Tensor<'float32'> {
    return this.#program.rows.get(this.#scored.scored)!.tensor!;
  }

  /** An activation of the last forward pass. */
  activation(name: string): Tensor<'float32'> {
    return this.#value(name).tensor!;
  }

  /** dTarget/d(to) at the last forward pass; the tensor is valid until the next backward pass. */
  backward(start: Start, rule: ReluRule, to: string): Tensor<'float32'> {
    const key = JSON.stringify([Object.keys(start)[0], 'value' in start && start.value, rule, to]);
    const ready = this.#backwards.get(key) ?? this.#backwards.set(key, this.#planBackward(start, rule, to));
    if ('classes' in start) this.#classes.write(start.classes);
    else ready.start.write('value' in start ? start.derivative : start.perClass);
    ready.run();
    return ready.result;
  }

  #planBackward(start: Start, rule: ReluRule, to: string) {
    const from = 'value' in start ? this.#value(start.value) : this.#program.rows.get(this.#scored.scored)!;
    const backward = planBackward(this.#program, this.#buffers, from, this.#value(to), rule);
    if (!backward) throw unrelated('value' in start ? start.value : this.#scored.graph.output, to);
    const sequence = this.#sequence(() => {
      if ('classes' in start) this.device.seed(this.scores, this.#classes, backward.start);
      backward.run();
    });
    return { ...sequence, start: backward.start, result: backward.result };
  }

  #value(name: string): Value {
    return this.#program.values.get(name)!;
  }

  #sequence(calls: () => void): Sequence {
    if (this.#execution === 'eager') return { run: calls, dispose: () => undefined };
    const recording: Recording = this.device.capture(calls);
    return { run: () => recording.replay(), dispose: () => recording.dispose() };
  }

  dispose(): void {
    this.#backwards.dispose();
    this.#forward.dispose();
    this.#buffers.dispose();
    this.#classes.dispose();
    this.#program.dispose();
  }
}

/** A fixed sequence of operations. */
interface Sequence {
  run(): void;
  dispose(): void;
}

function unrelated(target: string, to: string): DeepInsideError {
  const message = `gradient: the target must depend on "${to}", but "${target}" does not; name a layer before it`;
  return new DeepInsideError('ERR_ARGUMENT', message);
}
