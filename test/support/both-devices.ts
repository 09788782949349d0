import type { DeviceKind } from '#lib/device/index.js';
import type { Network } from '#lib/net/network.js';
import { assertCloseToScale, assertGradientClose } from './close.js';

/** What a network gives on each device, by the name of the result. */
export type Results = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Fails unless CUDA gives what the CPU does: scores within 1e-4 of the largest, maps and gradients as
 * `assertGradientClose` compares them, since rounding may flip a ReLU or a switch on one of the two.
 */
export async function assertSameOnBoth(
  open: (kind: DeviceKind) => Promise<Network>,
  run: (network: Network) => Promise<Results>,
): Promise<void> {
  const [cpu, cuda] = [await resultsOn('cpu'), await resultsOn('cuda')];
  for (const [name, expected] of Object.entries(cpu)) {
    if (name.startsWith('scores')) assertCloseToScale(cuda[name]!, expected, 1e-4, name);
    else assertGradientClose(cuda[name]!, expected, {}, name);
  }

  async function resultsOn(kind: DeviceKind): Promise<Results> {
    const network = await open(kind);
    try {
      return await run(network);
    } finally {
      await network.dispose();
    }
  }
}
