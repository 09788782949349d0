import type { Network } from '#lib/net/network.js';

/** A network that is loaded for a suite; call it in `describe`, use what it gives in `it`. */
export function loadedFor(load: () => Promise<Network>): () => Network {
  let network: Network | undefined;
  before(async () => {
    network = await load();
  });
  after(() => network?.dispose());
  return () => network!;
}
