import type { Device, Tensor } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';
import { fusableRelus, scoredGraph, type Score } from './edit-graph.js';
import type { Layers } from './layer-of.js';
import { LeastRecentlyUsed } from './lru.js';
import { Pass } from './pass.js';
import type { Execution } from './sequence.js';

export interface PassRequest {
  readonly n: number;
  readonly score: Score;
  /** Values that `work` reads. */
  readonly read?: readonly string[];
}

export interface PassQueueOptions {
  readonly graph: Graph;
  readonly layers: Layers;
  readonly device: Device;
  /** For each channel: what turns a derivative with respect to the input into one with respect to an image's pixels. */
  readonly pixelScale: Float32Array | null;
  readonly execution: Execution;
}

/** Passes kept ready: each holds the activations of one batch size. */
const keptPasses = 4;

/** Lends the passes of a network to one user after the other. */
export class PassQueue {
  readonly #passes = new LeastRecentlyUsed<Pass>(keptPasses);
  #pixelScale: Tensor<'float32'> | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #disposal: Promise<void> | null = null;

  constructor(readonly options: PassQueueOptions) {}

  /** Calls `work` with a pass that nobody else uses until it returns; where memory runs out, perhaps twice. */
  use<T>(request: PassRequest, work: (pass: Pass) => T | Promise<T>): Promise<T> {
    if (this.#disposal) return Promise.reject(disposedError());
    const attempt = async () => work(await this.#pass(request));
    const result = this.#tail.then(attempt).catch(async (reason: unknown) => {
      if (!(await this.#madeRoom(reason))) throw reason;
      return attempt();
    });
    this.#tail = result.catch((reason: unknown) => this.#madeRoom(reason));
    return result;
  }

  /** If it was memory that a call lacked: gives back what the kept passes hold, its own included. */
  async #madeRoom(reason: unknown): Promise<boolean> {
    if (!(reason instanceof DeepInsideError) || reason.code !== 'ERR_MEMORY') return false;
    this.#passes.dispose();
    await this.options.device.sync().catch(() => undefined);
    return true;
  }

  async #pass({ n, score, read = [] }: PassRequest): Promise<Pass> {
    const { graph, layers, device, execution } = this.options;
    const scored = scoredGraph(graph, score);
    const fusable = fusableRelus(scored.graph);
    const kept = read.filter((name) => fusable.has(name)).sort();
    const key = JSON.stringify([n, score, kept]);
    const known = this.#passes.get(key);
    if (known) return known;
    const pixelScale = this.#scaleTensor();
    return this.#passes.set(key, await Pass.plan({ device, scored, layers, n, kept, pixelScale, execution }));
  }

  #scaleTensor(): Tensor<'float32'> | null {
    const { device, pixelScale } = this.options;
    if (!pixelScale || this.#pixelScale) return this.#pixelScale;
    const tensor = device.tensor([pixelScale.length], 'float32');
    tensor.write(pixelScale);
    return (this.#pixelScale = tensor);
  }

  /** Disposes of the passes after the calls before it, then calls `after`; idempotent. */
  dispose(after: () => void): Promise<void> {
    return (this.#disposal ??= this.#tail.then(() => {
      this.#passes.dispose();
      this.#pixelScale?.dispose();
      after();
    }));
  }
}

function disposedError(): DeepInsideError {
  return new DeepInsideError('ERR_DISPOSED', 'network: it must not be used after dispose; load it again');
}
