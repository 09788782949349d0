import type { Device, Tensor } from '../device/index.js';
import type { Graph, GraphNode } from '../formats/graph.js';
import { dense, sameShape, type Operand, type PlannedLayer } from '../layers/layer.js';
import { reorder } from '../layers/reorder.js';
import type { Layers } from './layer-of.js';

/** A value of the network for one batch, in one layout. */
export interface Value extends Operand {
  /** Null where the layer rectifies its output itself, so that the value before the ReLU never exists. */
  readonly tensor: Tensor<'float32'> | null;
}

export interface Step {
  readonly planned: PlannedLayer;
  readonly xs: readonly Value[];
  readonly y: Value;
  /** Null for a ReLU that the layer before it has done. */
  readonly forward: (() => void) | null;
}

/** The layers of a graph prepared for one input shape: what runs, in order, and where its results lie. */
export interface Program {
  readonly input: Value;
  /** By name, in the layout in which the layer made it. */
  readonly values: ReadonlyMap<string, Value>;
  /** The values that were wanted as dense rows [n, features]. */
  readonly rows: ReadonlyMap<string, Value>;
  readonly steps: readonly Step[];
  dispose(): void;
}

export interface ProgramOptions {
  readonly device: Device;
  readonly graph: Graph;
  readonly layers: Layers;
  readonly n: number;
  /** Pre-activations that the layer before may rectify itself, with the name of the ReLU's value. */
  readonly fused: ReadonlyMap<string, string>;
  readonly rows: readonly string[];
}

export async function planProgram(options: ProgramOptions): Promise<Program> {
  const planner = new Planner(options);
  try {
    for (const node of options.graph.nodes) await planner.add(node);
    return planner.finish();
  } catch (reason) {
    planner.dispose();
    throw reason;
  }
}

class Planner {
  readonly #values = new Map<string, Value>();
  readonly #steps: Step[] = [];
  /** What a layer before a fused ReLU fills, by the name of the ReLU's value. */
  readonly #rectified = new Map<string, Tensor<'float32'>>();
  /** Copies of values in other layouts or shapes: one for all readers that want the same. */
  readonly #copies = new Map<Value, Value[]>();
  readonly #owned: { dispose?(): void }[] = [];

  constructor(readonly options: ProgramOptions) {}

  async add(node: GraphNode): Promise<void> {
    const { device, layers, fused } = this.options;
    const layer = layers.get(node.name);
    if (!layer) {
      this.#values.set(node.output, this.#value(node.inputs[0]!));
      return;
    }
    const rectifiedAs = layer.fusesRelu ? fused.get(node.output) : undefined;
    const operands = node.inputs.map((name) => this.#values.get(name) ?? this.#inputOperand());
    const planned = await layer.plan(device, operands, rectifiedAs === undefined ? 'none' : 'relu');
    this.#owned.push(planned);
    const xs = planned.xs.map((operand, i) => this.#as(node.inputs[i]!, operand));
    const done = this.#rectified.get(node.output);
    const tensor = done ?? this.#tensor(planned.y);
    if (rectifiedAs !== undefined) this.#rectified.set(rectifiedAs, tensor);
    const y = { ...planned.y, tensor: rectifiedAs === undefined ? tensor : null };
    this.#values.set(node.output, y);
    this.#steps.push({ planned, xs, y, forward: done ? null : forwardOf(planned, xs, tensor) });
  }

  finish(): Program {
    const input = this.#value(this.options.graph.input.name);
    const rows = new Map(this.options.rows.map((name) => [name, this.#as(name, rowOperand(this.#value(name)))]));
    return { input, values: this.#values, rows, steps: this.#steps, dispose: () => this.dispose() };
  }

  dispose(): void {
    for (const owned of this.#owned.reverse()) owned.dispose?.();
  }

  #inputOperand(): Operand {
    const { graph, n } = this.options;
    return { shape: [n, ...graph.input.shape], layout: dense };
  }

  /** A value by its name. The input's layout is that of its first reader: `write` converts anyway. */
  #value(name: string, wanted: Operand = this.#inputOperand()): Value {
    const known = this.#values.get(name);
    if (known) return known;
    const operand = this.#inputOperand();
    const layout = sameShape(wanted.shape, operand.shape) ? wanted.layout : dense;
    const value = { ...operand, layout, tensor: this.#tensor({ ...operand, layout }) };
    this.#values.set(name, value);
    return value;
  }

  /** The value as a layer wants it: itself, or a copy in that layout and shape. */
  #as(name: string, wanted: Operand): Value {
    const value = this.#value(name, wanted);
    const fits = (x: Operand) => x.layout === wanted.layout && sameShape(x.shape, wanted.shape);
    if (fits(value)) return value;
    const copies = this.#copies.get(value) ?? [];
    const known = copies.find(fits);
    if (known) return known;
    const copy: Value = { ...wanted, tensor: this.#tensor(wanted) };
    this.#copies.set(value, [...copies, copy]);
    const planned = reorder(this.options.device, value, copy);
    this.#steps.push({ planned, xs: [value], y: copy, forward: forwardOf(planned, [value], copy.tensor!) });
    return copy;
  }

  #tensor({ shape, layout }: Operand): Tensor<'float32'> {
    const tensor = this.options.device.tensor(shape, 'float32', layout);
    this.#owned.push(tensor);
    return tensor;
  }
}

function forwardOf(planned: PlannedLayer, xs: readonly Value[], y: Tensor): () => void {
  const from = xs.map((x) => x.tensor!);
  return () => planned.forward(from, y);
}

function rowOperand({ shape }: Operand): Operand {
  return { shape: [shape[0]!, shape.slice(1).reduce((product, side) => product * side, 1)], layout: dense };
}
