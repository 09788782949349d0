import { elements } from '../../ndarray.js';
import type { HostTensor } from '../../formats/model.js';

/**
 * Random weights from a seed: the same seed gives the same numbers everywhere, whatever the order of the layers.
 * Choice: He et al. 2015 in its uniform form, U(-a, a) with a = sqrt(6 / fan-in), which keeps the size of activations
 * through ReLU layers; biases 0. Uniform numbers cost a tenth of normal ones, of which a VGG-16 needs 138 million.
 */
export function randomWeights(shapes: ReadonlyMap<string, readonly number[]>, seed: number): Map<string, HostTensor> {
  const weights = new Map<string, HostTensor>();
  for (const [name, shape] of shapes) {
    const data = new Float32Array(elements(shape));
    if (shape.length > 1) fillUniform(data, Math.sqrt(6 / elements(shape.slice(1))), hash(name, seed));
    weights.set(name, { shape, data });
  }
  return weights;
}

/**
 * Numbers from -a to a by SplitMix (Steele, Lea & Flood 2014) in 32 bits: a counter, stirred by MurmurHash3's finaliser.
 * Its odd step differs from tensor to tensor, so that no two share a stretch of numbers.
 */
function fillUniform(data: Float32Array, a: number, start: number): void {
  const step = stir(start) | 1;
  let state = start;
  for (let i = 0; i < data.length; i++) {
    state = (state + step) | 0;
    data[i] = (stir(state) / 2 ** 31) * a;
  }
}

function stir(state: number): number {
  let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

/** FNV-1a over the characters, stirred with the seed. */
function hash(name: string, seed: number): number {
  let h = 0x811c9dc5 ^ stir(seed | 0);
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return stir(h);
}
