import { untilAborted } from '../abort.js';
import type { Device, Lease, Precision, Shape } from '../device/index.js';
import type { ClassName, Model, Preprocessing } from '../formats/model.js';
import type { Graph } from '../formats/graph.js';
import type { FloatArray, Image } from '../ndarray.js';
import { batchOf, inputOf, resultOf, type NetworkInput } from './batch.js';
import { withAllScores } from './edit-graph.js';
import { forwardRequest, type ForwardOptions } from './forward-request.js';
import { gradientRequest, type GradientOptions } from './gradient-request.js';
import { createLayers, type Layers } from './layer-of.js';
import { describeLayer, type LayerDescription } from './layer-description.js';
import { inParts, largestBatch } from './parts.js';
import type { Pass } from './pass.js';
import { checkScores } from './predictions.js';
import { PassQueue, type OwnPassRequest, type PassRequest } from './pass-queue.js';
import { channelScale } from './prepare.js';
import type { InputShape } from './preprocessing.js';
import type { Execution } from './sequence.js';
import { inferShapes } from './shapes.js';
import { SpareArrays } from './spare-arrays.js';
import { argument, inputAt } from './subject.js';
import type { Target, TargetContext } from './target.js';
import { Turn } from './turn.js';

export type { ForwardOptions, LayerDescription };

/** What a network is made of. */
export interface Opening {
  /** Completed and checked. */
  readonly model: Model & { readonly graph: Graph };
  readonly lease: Lease;
  /** The device of the lease as the network sees it whose turns these are: with its precision, tuned if it is to be. */
  readonly deviceFor: (turn: Turn) => Device;
  readonly execution: Execution;
  readonly precision: Precision;
}

/** Gives the node of that name other weights, of the same shapes; null leaves the bias as it is. */
export type UpdateWeights = (node: string, weight: Float32Array, bias: Float32Array | null) => Promise<void>;

/** A network on a device. Its methods may be called in any order without waiting for each other. */
export class Network {
  /** In the order in which they run. */
  readonly layers: readonly LayerDescription[];
  /** How many inputs of a batch run at a time. */
  readonly largestBatch: number;
  /**
   * How far the products of its convolutions and matrices may be rounded: a permission, of which the CPU, and GPUs before
   * compute capability 8.0, make no use.
   */
  readonly precision: Precision;
  /** For this library's own algorithms. */
  readonly spare = new SpareArrays();
  readonly #opening: Opening;
  readonly #device: Device;
  readonly #layers: Layers;
  readonly #shapes: ReadonlyMap<string, Shape>;
  readonly #passes: PassQueue;

  /** Not for users, who call loadNetwork or createNetwork. */
  constructor(opening: Opening) {
    const { model, deviceFor, execution, precision } = opening;
    const turn = new Turn();
    this.#opening = opening;
    this.precision = precision;
    this.#device = deviceFor(turn);
    this.#layers = createLayers(withAllScores(model.graph), model.weights);
    this.#shapes = inferShapes(model.graph, this.#layers, 1);
    this.largestBatch = largestBatch(this.#shapes.values());
    const { graph } = model;
    this.#passes = new PassQueue({
      ...{ graph, layers: this.#layers, device: this.#device, execution, turn, spare: this.spare },
      pixelScale: model.preprocessing && channelScale(model.preprocessing),
    });
    this.layers = graph.nodes.map((node) => describeLayer(node, this.#layers.get(node.name), this.#shapes));
  }

  get inputShape(): InputShape {
    return this.model.graph.input.shape;
  }

  /** One entry per class; name and wnid are null where unknown. */
  get classes(): readonly ClassName[] {
    return this.model.classes!;
  }

  /** How images become inputs; null where the file states nothing and the caller neither. */
  get preprocessing(): Preprocessing | null {
    return this.model.preprocessing;
  }

  /** The network as data: what saveNetwork writes. */
  get model(): Model & { readonly graph: Graph } {
    return this.#opening.model;
  }

  get device(): Pick<Device, 'kind' | 'name' | 'threads'> {
    return this.#device;
  }

  /**
   * The input that the network's preprocessing makes of an image.
   *
   * @param img  [rows, cols, 1 | 3 | 4] uint8
   * @returns    [channels, rows, cols] float32 of the network's input shape
   * @throws     ERR_ARGUMENT if the network states no preprocessing
   */
  input(img: Image): FloatArray {
    return inputOf('net.input', this, img);
  }

  /**
   * The class scores S_c, or the activations of named layers.
   *
   * @param input    an image, a float32 input [channels, rows, cols], or a batch of those [n, ...]
   * @param options  layers: whose activations to give, by name; score: 'class' (default), 'posterior' or 'unclipped'
   * @returns        [classes]; with `layers` an object of arrays [channels, rows, cols] or [features] under the names
   *                 given; all of them [n, ...] for a batch; what overflows float32 comes as Infinity or NaN
   */
  forward(input: NetworkInput, options?: ForwardOptions & { readonly layers?: undefined }): Promise<FloatArray>;
  forward<L extends string>(
    input: NetworkInput,
    options: ForwardOptions & { readonly layers: readonly L[] },
  ): Promise<Record<L, FloatArray>>;
  async forward(input: NetworkInput, options: ForwardOptions = {}): Promise<FloatArray | Record<string, FloatArray>> {
    const where = 'net.forward';
    const { layers, score, values: names } = forwardRequest(where, this.model.graph, options);
    const batch = batchOf(argument(where, 'input'), this, input);
    const values = await inParts(batch, this.largestBatch, async ({ n, data }) => {
      const readings = await this.withPass({ n, score, inputs: data, read: names }, (pass) => {
        const tensors = layers ? names.map((name) => pass.activation(name)) : [pass.scored];
        return tensors.map((tensor) => tensor.read());
      });
      return Promise.all(readings);
    });
    if (!layers) return resultOf(batch, values[0]!, [this.classes.length]);
    const shapes = names.map((name) => this.#shapes.get(name)!.slice(1));
    return Object.fromEntries(layers.map((layer, i) => [layer, resultOf(batch, values[i]!, shapes[i]!)]));
  }

  /**
   * dTarget/dInput at `input` (Sect. 3.1, Eq. 4), or with respect to a layer, or what the DeconvNet rule makes of it
   * (Sect. 4). It is always the derivative with respect to the input array, not to an image's pixels.
   *
   * @param input    an image, a float32 input [channels, rows, cols], or a batch of those [n, ...]
   * @param target   { class }, { classes }, { layer, channel, row, col }, { layer, channel } or { layer, weights }
   * @param options  rule: 'gradient' (default), 'deconvnet' or 'guided'; lrn: 'gradient' (default) or 'identity'; to: a
   *                 layer's name; score, for class targets
   * @returns        an array of the shape of the input, or of the layer `to`; [n, ...] for a batch
   * @throws         ERR_ARGUMENT if a name is unknown, the target does not depend on `to`, or a score is not finite:
   *                 gradients end at activations that overflowed
   */
  async gradient(input: NetworkInput, target: Target, options: GradientOptions = {}): Promise<FloatArray> {
    const where = 'net.gradient';
    const request = gradientRequest(where, this.targetContext, target, options, 'gradient');
    const { rule, lrn, to, score } = request;
    const subject = argument(where, 'input');
    const batch = batchOf(subject, this, input);
    const [gradient] = await inParts(batch, this.largestBatch, async ({ n, data }, first) => {
      const readings = await this.withPass({ n, score, inputs: data }, async (pass) => {
        return [pass.backward(await request.target.start(pass), rule, to, lrn).read(), pass.scores.read()];
      });
      const [gradient, ofClasses] = (await Promise.all(readings)) as [Float32Array, Float32Array];
      checkScores(where, ofClasses, this.classes.length, (i) => inputAt(subject, batch, first + i).what);
      return [gradient];
    });
    return resultOf(batch, gradient, this.#shapes.get(to)!.slice(1));
  }

  /** For this library's own algorithms: what targets are looked up in. */
  get targetContext(): TargetContext {
    return { graph: this.model.graph, classes: this.classes, shapes: this.#shapes };
  }

  /**
   * For this library's own algorithms: runs a forward pass and calls `work` with a pass that nobody else uses until it
   * returns. Wait for readings after that, so that the next caller's work is enqueued meanwhile: return them in an array.
   */
  withPass<T>(request: PassRequest, work: (pass: Pass) => T | Promise<T>): Promise<T> {
    return untilAborted(request, this.#passes.use(request, work));
  }

  /**
   * The same for many passes one after the other, with a pass that `make` makes a tool of: other calls on the network
   * have their turns meanwhile.
   */
  withOwnPass<Tool extends { dispose(): void }, T>(
    request: OwnPassRequest,
    make: (pass: Pass) => Tool,
    work: (pass: Pass, tool: Tool) => Promise<T>,
  ): Promise<T> {
    return untilAborted(request, this.#passes.useOwn(request, make, work));
  }

  /**
   * For this library's own algorithms: calls `work` with a copy of the network that nobody else sees, and with what changes
   * its weights; then the copy is gone. On the host both share graph and weights, which stay as they are; on the device the
   * copy has its own. Where memory runs out, perhaps twice. `dispose` waits for it.
   */
  withCopy<T>(work: (copy: Network, update: UpdateWeights) => Promise<T>): Promise<T> {
    return this.#passes.during(() =>
      this.#copied(work).catch(async (reason: unknown) => {
        if (!(await this.#passes.madeRoom(reason))) throw reason;
        return this.#copied(work);
      }),
    );
  }

  /** For this library's own algorithms: the device for work beside the network's own, which `dispose` waits for. */
  withDevice<T>(work: (device: Device) => Promise<T>): Promise<T> {
    return this.#passes.during(() => work(this.#opening.lease.device));
  }

  async #copied<T>(work: (copy: Network, update: UpdateWeights) => Promise<T>): Promise<T> {
    const { device } = this.#opening.lease;
    const copy = new Network({ ...this.#opening, lease: { device, release: () => undefined } });
    try {
      return await work(copy, async (node, weight, bias) => {
        await copy.#layers.get(node)!.update!(copy.#device, weight, bias);
      });
    } finally {
      await copy.dispose();
    }
  }

  /**
   * Gives its memory and its share in the device back; idempotent. It waits for the passes that have been asked for, so
   * that every saliency map, reconstruction or classification of one image before it comes to its end. What asks for one
   * pass after the other rejects with ERR_DISPOSED at the first that it has not asked for: calls over an array or an async
   * iterable, batches of more than `largestBatch` inputs, maps that take the network at many points. Wait for those first.
   */
  dispose(): Promise<void> {
    return this.#passes.dispose(() => {
      for (const layer of this.#layers.values()) layer.dispose();
      this.#opening.lease.release();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
