import { setImmediate } from 'node:timers/promises';
import type { Device, ReluRule, Tensor } from '../device/index.js';
import type { LrnRule } from '../layers/layer.js';
import { elements } from '../ndarray.js';
import { classConvolution, fusableRelus, type ScoredGraph } from './edit-graph.js';
import {
  GradientPasses,
  type Differentiated,
  type Differentiation,
  type MapOptions,
  type Start,
} from './gradient-passes.js';
import type { Layers } from './layer-of.js';
import { LeastRecentlyUsed } from './lru.js';
import { gradientsAtOnce } from './gradients-at-once.js';
import { planProgram, type Program } from './program.js';
import { sequence, type Execution, type Sequence } from './sequence.js';
import { inStrands, strandsFor } from './strands.js';

export interface PassOptions {
  readonly device: Device;
  readonly scored: ScoredGraph;
  readonly layers: Layers;
  readonly n: number;
  /** Values that must exist although the layer before could rectify them itself. */
  readonly kept: readonly string[];
  /** [channels]: what turns a derivative with respect to the input into one with respect to an image's pixels. */
  readonly pixelScale?: Tensor<'float32'> | null;
  readonly execution: Execution;
}

/** Numbers of gradients for each input, beside one, that a pass keeps ready: each has buffers of its own. */
const keptWidths = 2;

/** Forward and backward passes of a network for batches of one size. Its calls enqueue and return. */
export class Pass {
  readonly n: number;
  readonly #program: Program;
  readonly #differentiated: Differentiated;
  readonly #forward: Sequence;
  readonly #single: GradientPasses;
  /** Elements of the largest value that a gradient may belong to. */
  readonly #largest: number;
  readonly #several = new LeastRecentlyUsed<GradientPasses>(keptWidths);

  static async plan(given: PassOptions): Promise<Pass> {
    const { device, n, layers, execution } = given;
    // Only recordings have strands.
    const strands = execution === 'replay' ? strandsFor(n, device, layers) : 1;
    const options = { ...given, device: inStrands(device, strands) };
    const { graph, scored } = options.scored;
    const fused = new Map([...fusableRelus(graph)].filter(([name]) => name !== scored && !options.kept.includes(name)));
    const ofClasses = classConvolution(options.scored);
    const program = await planProgram({ ...options, graph, fused, rows: [graph.output, scored], ofClasses });
    try {
      // Recording takes some milliseconds, and so does the backward pass that is planned next: turns of their own.
      await setImmediate();
      const pass = new Pass(options, program);
      await setImmediate();
      return pass;
    } catch (reason) {
      program.dispose();
      throw reason;
    }
  }

  private constructor({ device, n, scored, pixelScale = null, execution }: PassOptions, program: Program) {
    this.n = n;
    this.#program = program;
    this.#largest = Math.max(...program.steps.flatMap(({ xs }) => xs.map(({ shape }) => elements(shape))));
    this.#differentiated = {
      ...{ device, n, pixelScale, execution, steps: program.steps, input: program.input },
      scores: program.rows.get(scored.graph.output)!,
      scored: program.rows.get(scored.scored)!,
      value: (name) => program.values.get(name)!,
    };
    this.#single = new GradientPasses(this.#differentiated);
    try {
      this.#forward = sequence(device, execution, () => this.#runLayers());
    } catch (reason) {
      this.#single.dispose();
      throw reason;
    }
  }

  /** Runs the network on `input`, dense [n, channels, rows, cols]. */
  forward(input: Float32Array): void {
    this.#program.input.tensor!.write(input);
    this.#forward.run();
  }

  /** The scores S_c, [n, classes], of the last forward pass. */
  get scores(): Tensor<'float32'> {
    return this.#differentiated.scores.tensor!;
  }

  /** The number per class that a start at classes differentiates, [n, classes]. */
  get scored(): Tensor<'float32'> {
    return this.#differentiated.scored.tensor!;
  }

  /** An activation of the last forward pass. */
  activation(name: string): Tensor<'float32'> {
    return this.#differentiated.value(name).tensor!;
  }

  /**
   * dTarget/d(to) at the last forward pass, [n, ...] or of m classes for each input [n * m, ...]; the tensor is valid until
   * the next backward pass. m > 1 must have been prepared.
   */
  backward(start: Start, rule: ReluRule, to: string, lrn: LrnRule = 'gradient'): Tensor<'float32'> {
    const m = 'classes' in start ? start.classes.length / this.n : 1;
    return this.#passesOf(m).backward(start, rule, to, lrn);
  }

  /**
   * The passes as calls that have not been made, for `record`; of a gradient from the value of that name, or from the
   * number per class.
   */
  differentiation(from: string | null): Differentiation {
    const { device, input, scores, pixelScale } = this.#differentiated;
    return {
      ...{ device, pixelScale, input: input.tensor!, scores: scores.tensor! },
      ...this.#single.calls(from),
      forward: () => this.#runLayers(),
    };
  }

  #runLayers(): void {
    for (const step of this.#program.steps) step.forward?.();
  }

  /** Makes calls ready to be run again and again; as long as the pass lives. */
  record(calls: () => void): Sequence {
    return sequence(this.#differentiated.device, this.#differentiated.execution, calls);
  }

  /** Plans gradients of several classes and gives the number m, at most k, that one backward pass makes of each input. */
  async prepareMaps(k: number): Promise<number> {
    const m = gradientsAtOnce(this.#largest, k);
    if (m > 1 && !this.#several.get(`${m}`)) {
      this.#several.set(`${m}`, await GradientPasses.plan(this.#differentiated, m));
    }
    return m;
  }

  /**
   * Class saliency maps at the last forward pass, [n * m, rows, cols]; valid until the next backward pass.
   *
   * @param classes  [n * m], those of one input side by side; m > 1 must have been prepared
   */
  maps(classes: Int32Array, options: MapOptions): Tensor<'float32'> {
    return this.#passesOf(classes.length / this.n).maps(classes, options);
  }

  #passesOf(m: number): GradientPasses {
    return m === 1 ? this.#single : this.#several.get(`${m}`)!;
  }

  dispose(): void {
    this.#several.dispose();
    this.#single.dispose();
    this.#forward.dispose();
    this.#program.dispose();
  }
}
