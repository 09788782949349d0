import { argumentError } from './check.js';

/** The listener of a signal, and whom it tells. */
interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly tell: () => void;
}

/** One listener serves all calls that share a signal: Node takes more than ten for a leak. */
const waitingFor = new WeakMap<AbortSignal, Waiting>();

/** Calls `callback` when the signal is aborted, now if it is, unless the function that is returned was called before. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  const { callbacks, tell } = waitingFor.get(signal) ?? listening(signal);
  const own = () => callback();
  callbacks.add(own);
  return () => {
    if (!callbacks.delete(own) || callbacks.size > 0) return;
    signal.removeEventListener('abort', tell);
    waitingFor.delete(signal);
  };
}

function listening(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const tell = () => {
    waitingFor.delete(signal);
    for (const callback of callbacks) callback();
    callbacks.clear();
  };
  signal.addEventListener('abort', tell, { once: true });
  const waiting = { callbacks, tell };
  waitingFor.set(signal, waiting);
  return waiting;
}

/** Throws where `signal` is none, or its reason where it is aborted already. */
export function demandSignal(where: string, signal: AbortSignal | undefined): void {
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.throwIfAborted !== 'function') {
    throw argumentError(where, 'signal', 'an AbortSignal', signal);
  }
  signal?.throwIfAborted();
}

/** `work`, or a rejection with the signal's reason as soon as that is aborted; what comes of the work then is dropped. */
export function untilAborted<T>(
  { signal }: { readonly signal?: AbortSignal | undefined },
  work: Promise<T>,
): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    const forget = onAbort(signal, abort);
    void work.then(resolve, reject).finally(forget);
  });
}
