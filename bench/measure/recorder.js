import { convolutionFlops, linearFlops } from './flops.js';

/** What a device does at once, also while its operations are recorded. */
const immediate = new Set(['tensor', 'weights', 'memory', 'sync', 'dispose']);

/**
 * Stands between a network and its device (typings/addon.d.ts is all it knows) and, inside `record`, keeps operations
 * instead of running them, so that each can be run and timed alone.
 */
export class Recorder {
  #operations = null;
  #layer = '';

  constructor(device) {
    this.device = watched(device, (key) => {
      if (immediate.has(key)) return null;
      if (!key.startsWith('plan')) return (run, args) => this.#operation(key, run, costOf(args, null));
      const kind = key.replace('plan', '').toLowerCase();
      return async (run, [options]) => this.#plan(kind, await run(), options);
    });
  }

  /** The operations that `work` calls, in order: { layer, operation, flops, bytes, run }. */
  record(work) {
    this.#operations = [];
    try {
      work();
      return this.#operations;
    } finally {
      this.#operations = null;
    }
  }

  /** Layers (lib/net/layer-of.ts) whose operations are recorded under their names. */
  named(layers) {
    return new Map([...layers].map(([name, layer]) => [name, this.#namedLayer(name, layer)]));
  }

  #namedLayer(name, layer) {
    const under = (run) => {
      this.#layer = name;
      try {
        return run();
      } finally {
        this.#layer = '';
      }
    };
    const named = (planned) =>
      watched(planned, (key) => {
        if (key === 'dispose') return null;
        return key === 'widened' ? async (run) => named(await run()) : (run) => under(run);
      });
    return watched(layer, (key) => (key === 'plan' ? async (run) => named(await run()) : null));
  }

  #plan(kind, plan, options) {
    return watched(plan, (key) => {
      if (key === 'dispose') return null;
      return (run, args) => this.#operation(`${kind}.${key}`, run, costOf(args, { ...options, output: plan.output }));
    });
  }

  #operation(operation, run, cost) {
    if (this.#operations === null) return run();
    this.#operations.push({ layer: this.#layer, operation, ...cost, run });
    return undefined;
  }
}

/** `target` with its methods replaced by what `handlerOf(name)` gives, where that is not null. */
function watched(target, handlerOf) {
  return new Proxy(target, {
    get(_, key) {
      const value = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const handler = typeof key === 'string' ? handlerOf(key) : null;
      return (...args) => (handler ? handler(() => value.apply(target, args), args) : value.apply(target, args));
    },
  });
}

/** Bytes of the tensors and weights that an operation touches, each once, and its operations if it is a product. */
function costOf(args, planned) {
  const tensors = new Set(args.flat().filter((argument) => argument?.shape && argument.dtype));
  const weights = planned?.weights?.shape;
  const touched = [...[...tensors].map((tensor) => tensor.shape), ...(weights ? [weights] : [])];
  const bytes = touched.reduce((sum, shape) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
  if (!weights) return { flops: 0, bytes };
  const product = { ...planned, weights };
  return { flops: weights.length === 4 ? convolutionFlops(product) : linearFlops(product), bytes };
}
