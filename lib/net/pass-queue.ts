import type { Device, Tensor } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';
import { fusableRelus, scoredGraph, type Score, type ScoredGraph } from './edit-graph.js';
import type { Layers } from './layer-of.js';
import { LeastRecentlyUsed } from './lru.js';
import { Pass } from './pass.js';
import type { Execution } from './sequence.js';
import type { SpareArrays } from './spare-arrays.js';
import type { Turn } from './turn.js';

export interface OwnPassRequest {
  readonly n: number;
  readonly score: Score;
  readonly signal?: AbortSignal | undefined;
  /** Values that `work` reads. */
  readonly read?: readonly string[];
}

export interface PassRequest extends OwnPassRequest {
  /** Dense [n, channels, rows, cols], taken over; as long as they are a promise, other calls go first. */
  readonly inputs: Float32Array | Promise<Float32Array>;
}

export interface PassQueueOptions {
  readonly graph: Graph;
  readonly layers: Layers;
  readonly device: Device;
  /** For each channel: what turns a derivative with respect to the input into one with respect to an image's pixels. */
  readonly pixelScale: Float32Array | null;
  readonly execution: Execution;
  /** Is told whose turn it is, and of dispose. */
  readonly turn: Turn;
  /** Where inputs go that were written to the device. */
  readonly spare: SpareArrays;
}

/** Passes kept ready: each holds the activations of one batch size, score and choice of layers that are read. */
const keptPasses = 4;

/** Lends the passes of a network to one user after the other. */
export class PassQueue {
  readonly #passes = new LeastRecentlyUsed<Pass>(keptPasses);
  readonly #scored = new Map<
    Score,
    { readonly scored: ScoredGraph; readonly fusable: ReturnType<typeof fusableRelus> }
  >();
  #pixelScale: Tensor<'float32'> | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #unfinished = new Set<Promise<unknown>>();
  #disposal: Promise<void> | null = null;

  constructor(readonly options: PassQueueOptions) {}

  /**
   * Runs a forward pass on the inputs and calls `work` with the pass, which nobody else uses until it returns; where memory
   * runs out, perhaps twice. Does neither if the signal was aborted before.
   */
  use<T>(request: PassRequest, work: (pass: Pass) => T | Promise<T>): Promise<T> {
    const { inputs } = request;
    const inTurn = (ready: Float32Array) =>
      this.#inTurn(request, async () => {
        const pass = await this.#pass(request);
        request.signal?.throwIfAborted(); // planning takes a while
        pass.forward(ready);
        return work(pass);
      });
    return this.during(() => (inputs instanceof Promise ? inputs.then(inTurn) : inTurn(inputs))).finally(() => {
      if (inputs instanceof Float32Array) this.options.spare.giveBack(inputs);
    });
  }

  /**
   * Calls `work` with what `make` makes of a pass that is planned for it alone, so that other calls have their turns
   * meanwhile; where memory runs out, perhaps makes it twice. Disposes of both in the end.
   */
  useOwn<Tool extends { dispose(): void }, T>(
    request: OwnPassRequest,
    make: (pass: Pass) => Tool,
    work: (pass: Pass, tool: Tool) => Promise<T>,
  ): Promise<T> {
    return this.during(async () => {
      const { pass, tool } = await this.#inTurn(request, async () => {
        const pass = await this.#planned(request);
        try {
          request.signal?.throwIfAborted();
          return { pass, tool: make(pass) };
        } catch (reason) {
          pass.dispose();
          throw reason;
        }
      });
      try {
        return await work(pass, tool);
      } finally {
        tool.dispose();
        pass.dispose();
      }
    });
  }

  /** Calls `begin`, and `dispose` waits for what it returns; after dispose it rejects. */
  during<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#disposal) return Promise.reject(disposedError());
    const result = begin();
    const settled: Promise<unknown> = result.catch(() => undefined).finally(() => this.#unfinished.delete(settled));
    this.#unfinished.add(settled);
    return result;
  }

  #inTurn<T>({ signal }: OwnPassRequest, work: () => Promise<T>): Promise<T> {
    const attempt = async () => {
      signal?.throwIfAborted();
      demandAlive(this.options.device);
      this.options.turn.begin(signal);
      return work();
    };
    const result = this.#tail.then(attempt).catch(async (reason: unknown) => {
      if (!(await this.#madeRoom(reason))) throw reason;
      return attempt();
    });
    this.#tail = result.catch((reason: unknown) => this.#madeRoom(reason));
    return result;
  }

  /** The same in a turn of its own, for who takes memory beside the passes. */
  madeRoom(reason: unknown): Promise<boolean> {
    const result = this.#tail.then(() => this.#madeRoom(reason));
    this.#tail = result;
    return result;
  }

  /** If it was memory that a call lacked: gives back what the kept passes hold, its own included. */
  async #madeRoom(reason: unknown): Promise<boolean> {
    if (!(reason instanceof DeepInsideError) || reason.code !== 'ERR_MEMORY') return false;
    this.#passes.dispose();
    await this.options.device.sync().catch(() => undefined);
    return true;
  }

  async #pass(request: PassRequest): Promise<Pass> {
    const key = JSON.stringify([request.n, request.score, this.#keptOf(request)]);
    return this.#passes.get(key) ?? this.#passes.set(key, await this.#planned(request));
  }

  #planned(request: OwnPassRequest): Promise<Pass> {
    const { layers, device, execution } = this.options;
    const { scored } = this.#scoredBy(request.score);
    const [kept, pixelScale] = [this.#keptOf(request), this.#scaleTensor()];
    return Pass.plan({ device, scored, layers, n: request.n, kept, pixelScale, execution });
  }

  #keptOf({ score, read = [] }: OwnPassRequest): string[] {
    const { fusable } = this.#scoredBy(score);
    return read.filter((name) => fusable.has(name)).sort();
  }

  #scoredBy(score: Score) {
    const known = this.#scored.get(score);
    if (known) return known;
    const scored = scoredGraph(this.options.graph, score);
    const made = { scored, fusable: fusableRelus(scored.graph) };
    this.#scored.set(score, made);
    return made;
  }

  #scaleTensor(): Tensor<'float32'> | null {
    const { device, pixelScale } = this.options;
    if (!pixelScale || this.#pixelScale) return this.#pixelScale;
    const tensor = device.tensor([pixelScale.length], 'float32');
    tensor.write(pixelScale);
    return (this.#pixelScale = tensor);
  }

  async #idle(): Promise<void> {
    await Promise.all(this.#unfinished);
    await this.#tail;
  }

  /** Disposes of the passes after the calls before it, then calls `after`; idempotent. */
  dispose(after: () => void): Promise<void> {
    this.options.turn.end();
    return (this.#disposal ??= this.#idle().then(() => {
      this.#passes.dispose();
      this.#pixelScale?.dispose();
      after();
    }));
  }
}

/** The caller's own device may go before the network. */
function demandAlive({ disposed, kind }: Device): void {
  if (!disposed) return;
  const message = `network: its ${kind} device must not be used after dispose; open another and load the network on it`;
  throw new DeepInsideError('ERR_DISPOSED', message);
}

function disposedError(): DeepInsideError {
  return new DeepInsideError('ERR_DISPOSED', 'network: it must not be used after dispose; load it again');
}
