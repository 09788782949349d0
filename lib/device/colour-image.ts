import type { ColourImage, ColourImageOptions } from '../../typings/addon.js';
import { isBuilt, loadAddon, loadedAddon } from './load.js';

/** Colour models are computed on the host, by any native module: one that is loaded, or else the CPU's. */
export function colourImage(options: ColourImageOptions): ColourImage {
  return (loadedAddon() ?? loadAddon(isBuilt('cpu') ? 'cpu' : 'cuda')).colourImage(options);
}
