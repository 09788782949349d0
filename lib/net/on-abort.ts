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
