import { argumentError } from '../check.js';
import { Network } from './network.js';

/** Refuses what is no network. */
export function demandNetwork(where: string, net: unknown): asserts net is Network {
  if (!(net instanceof Network)) throw argumentError(where, 'net', 'a network of loadNetwork or createNetwork', net);
}
