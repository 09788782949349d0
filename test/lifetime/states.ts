import type { Workbench } from './workbench.js';

/** Some milliseconds of work. */
export function occupy(on: Workbench): void {
  const x = on.floats([1 << 16]);
  on.own(on.device.capture(() => on.device.relu(x, x))).replay(300);
}

/** An operation that fails while it runs. */
export async function fault(on: Workbench): Promise<void> {
  const weights = on.own(await on.device.weights(Float32Array.of(1), [1, 1], null));
  weights.update(on.floats([1, 1], [NaN]), null);
}

/** What then rejects reads and syncs. */
export const isFault = { code: 'ERR_ARGUMENT', message: /^weights\.update: w must be finite, got NaN/ };
