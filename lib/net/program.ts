import type { Device, Tensor } from '../device/index.js';
import type { Graph, GraphNode } from '../formats/graph.js';
import { dense, sameShape, type Operand, type PlannedLayer } from '../layers/layer.js';
import { reorder } from '../layers/reorder.js';
import { inSlices, type Steps } from '../steps.js';
import type { Layers } from './layer-of.js';
import { placesInConcatenations, type Place, type PlannedNode } from './places.js';

/** A value of the network for one batch, in one layout. */
export interface Value extends Operand {
  /** Null where the layer rectifies its output itself, so that the value before the ReLU never exists. */
  readonly tensor: Tensor<'float32'> | null;
}

export interface Step {
  readonly planned: PlannedLayer;
  readonly xs: readonly Value[];
  readonly y: Value;
  /** Null for a ReLU that the layer before it has done, and for a concatenation whose parts lie in it already. */
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
  /** The convolution that gets gradients of one channel, by its name, if there is one. */
  readonly ofClasses: string | null;
}

export async function planProgram(options: ProgramOptions): Promise<Program> {
  const planner = new Planner(options);
  try {
    for (const node of options.graph.nodes) await planner.plan(node);
    return await inSlices(planner.finishing());
  } catch (reason) {
    planner.dispose();
    throw reason;
  }
}

/** Plans the layers, and then lays out the values that they read and write. */
class Planner {
  readonly #nodes: PlannedNode[] = [];
  /** What each value will look like. */
  readonly #operands = new Map<string, Operand>();
  /** Of a value that a layer hands on as it is, the name of the value that it was given. */
  readonly #aliases = new Map<string, string>();
  #places: ReadonlyMap<string, Place> = new Map();
  readonly #values = new Map<string, Value>();
  readonly #steps: Step[] = [];
  /** Values of ReLUs that the layer before them fills. */
  readonly #rectified = new Set<string>();
  /** By the name of the value that each holds. */
  readonly #tensors = new Map<string, Tensor<'float32'>>();
  /** Copies of values in other layouts or shapes: one for all readers that want the same. */
  readonly #copies = new Map<Value, Value[]>();
  readonly #owned: { dispose?(): void }[] = [];

  constructor(readonly options: ProgramOptions) {}

  async plan(node: GraphNode): Promise<void> {
    const { device, layers, fused } = this.options;
    const inputs = node.inputs.map((name) => this.#aliases.get(name) ?? name);
    const layer = layers.get(node.name);
    if (!layer) {
      this.#aliases.set(node.output, inputs[0]!);
      return;
    }
    const rectifiedAs = layer.fusesRelu ? fused.get(node.output) : undefined;
    const operands = inputs.map((name) => this.#operands.get(name) ?? this.#inputOperand());
    const dy = node.name === this.options.ofClasses ? 'one channel' : undefined;
    const planned = await layer.plan(device, operands, rectifiedAs === undefined ? 'none' : 'relu', dy);
    this.#owned.push(planned);
    inputs.forEach((name, i) => this.#meet(name, planned.xs[i]!));
    this.#operands.set(node.output, planned.y);
    this.#nodes.push({ node, planned, inputs, writes: rectifiedAs ?? node.output });
  }

  *finishing(): Steps<Program> {
    const { graph, rows } = this.options;
    this.#places = placesInConcatenations(this.#nodes);
    this.#meet(graph.input.name, this.#inputOperand());
    const operand = this.#operands.get(graph.input.name)!;
    const input = { ...operand, tensor: this.#tensorOf(graph.input.name, operand) };
    this.#values.set(graph.input.name, input);
    for (const node of this.#nodes) {
      this.#lay(node);
      yield;
    }
    const asRows = new Map(rows.map((name) => [name, this.#as(name, rowOperand(this.#value(name)))]));
    for (const name of this.#aliases.keys()) this.#values.set(name, this.#value(name));
    return { input, values: this.#values, rows: asRows, steps: this.#steps, dispose: () => this.dispose() };
  }

  dispose(): void {
    for (const owned of this.#owned.reverse()) owned.dispose?.();
  }

  #inputOperand(): Operand {
    const { graph, n } = this.options;
    return { shape: [n, ...graph.input.shape], layout: dense };
  }

  /** The input's layout is that of its first reader: `write` converts anyway. */
  #meet(name: string, wanted: Operand): void {
    if (this.#operands.has(name)) return;
    const operand = this.#inputOperand();
    const layout = sameShape(wanted.shape, operand.shape) ? wanted.layout : dense;
    this.#operands.set(name, { ...operand, layout });
  }

  #lay({ node, planned, inputs, writes }: PlannedNode): void {
    const xs = inputs.map((name, i) => this.#as(name, planned.xs[i]!));
    const done = this.#rectified.has(node.output);
    if (writes !== node.output) this.#rectified.add(writes);
    const tensor = this.#tensorOf(writes, planned.y);
    const y = { ...planned.y, tensor: writes === node.output ? tensor : null };
    this.#values.set(node.output, y);
    this.#steps.push({ planned, xs, y, forward: done ? null : this.#forwardOf(planned, xs, inputs, tensor) });
  }

  #forwardOf(planned: PlannedLayer, xs: readonly Value[], names: readonly string[], y: Tensor): (() => void) | null {
    if (!planned.parts || !names.some((name) => this.#places.has(name))) return forwardOf(planned, xs, y);
    const copies = planned.parts.flatMap(({ first, count }, i) => {
      if (this.#places.has(names[i]!)) return [];
      return [{ from: xs[i]!.tensor!, to: this.#own(y.channels(first, count)) }];
    });
    if (copies.length === 0) return null;
    return () => {
      for (const { from, to } of copies) this.options.device.reorder(from, to);
    };
  }

  #value(name: string): Value {
    return this.#values.get(this.#aliases.get(name) ?? name)!;
  }

  /** The value as a layer wants it: itself, or a copy in that layout and shape. */
  #as(name: string, wanted: Operand): Value {
    const value = this.#value(name);
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

  /** Where a value lies: channels of the concatenation that wants it, or memory of its own. */
  #tensorOf(name: string, operand: Operand): Tensor<'float32'> {
    const known = this.#tensors.get(name);
    if (known) return known;
    const place = this.#places.get(name);
    const tensor = place
      ? this.#own(this.#tensorOf(place.whole.name, place.whole).channels(place.first, place.count))
      : this.#tensor(operand);
    this.#tensors.set(name, tensor);
    return tensor;
  }

  #tensor({ shape, layout }: Operand): Tensor<'float32'> {
    return this.#own(this.options.device.tensor(shape, 'float32', layout));
  }

  #own<T extends { dispose(): void }>(handle: T): T {
    this.#owned.push(handle);
    return handle;
  }
}

function forwardOf(planned: PlannedLayer, xs: readonly Value[], y: Tensor): () => void {
  const from = xs.map((x) => x.tensor!);
  return () => planned.forward(from, y);
}

function rowOperand({ shape }: Operand): Operand {
  return { shape: [shape[0]!, shape.slice(1).reduce((product, side) => product * side, 1)], layout: dense };
}
