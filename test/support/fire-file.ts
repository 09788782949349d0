import { writeSafetensors } from '#lib/formats/safetensors.js';
import { array } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { fireNet } from './nets.js';
import { Random } from './random.js';

// The fire net as a file, and what to show it.

export const device = 'cpu';
export const fire = { ...fireNet(), preprocessing: null, classes: null };
export const file = writeSafetensors(fire, { dtype: 'float32' });
export const input = array(new Random(2).distinct(3 * 21 * 19), [3, 21, 19]);
export const photo = array(
  Uint8Array.from(new Random(2).normals(240 * 300 * 3), (value) => 128 + 40 * value),
  [240, 300, 3],
);

export async function using<T>(opened: Promise<Network>, use: (net: Network) => Promise<T> | T): Promise<T> {
  const net = await opened;
  try {
    return await use(net);
  } finally {
    await net.dispose();
  }
}
