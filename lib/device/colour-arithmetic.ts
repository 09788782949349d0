import type { Addon } from '../../typings/addon.js';
import { isBuilt, loadAddon, loadedAddon } from './load.js';

export type ColourArithmetic = Pick<Addon, 'fitColourModel' | 'refitColourModel' | 'meanContrast' | 'gridCapacities'>;

/** Colour models are computed on the host, by any native module: one that is loaded, or else the CPU's. */
export function colourArithmetic(): ColourArithmetic {
  return loadedAddon() ?? loadAddon(isBuilt('cpu') ? 'cpu' : 'cuda');
}
