import { elements } from '../../ndarray.js';
import { stir } from '../../random.js';
import { inBlocks, type Steps } from '../../steps.js';
import type { HostTensor } from '../../formats/model.js';

/** What a number costs, in multiply-adds. */
const cost = 8;

/**
 * Random weights from a seed: the same seed gives the same numbers everywhere, whatever the order of the layers.
 * Choice: He et al. 2015 in its uniform form, U(-a, a) with a = sqrt(6 / fan-in), which keeps the size of activations
 * through ReLU layers; biases 0. Uniform numbers cost a fraction of normal ones, of which a VGG-16 needs 138 million.
 */
export function* randomWeights(
  shapes: ReadonlyMap<string, readonly number[]>,
  seed: number,
): Steps<Map<string, HostTensor>> {
  const weights = new Map<string, HostTensor>();
  for (const [name, shape] of shapes) {
    const data = new Float32Array(elements(shape));
    weights.set(name, { shape, data });
    if (shape.length === 1) continue;
    const bound = Math.sqrt(6 / elements(shape.slice(1)));
    const start = hash(name, seed);
    yield* inBlocks(data.length, cost, (begin, end) => fillUniform(data.subarray(begin, end), bound, start, begin));
  }
  return weights;
}

/**
 * Numbers from -bound to bound by SplitMix (Steele, Lea & Flood 2014) in 32 bits: a counter, stirred by MurmurHash3's
 * finaliser. Its odd step differs from tensor to tensor, so that no two share a stretch of numbers.
 *
 * @param from  how many numbers of this tensor came before
 */
function fillUniform(data: Float32Array, bound: number, start: number, from: number): void {
  const step = stir(start) | 1;
  let state = (start + Math.imul(step, from)) | 0;
  for (let i = 0; i < data.length; i++) {
    state = (state + step) | 0;
    data[i] = (stir(state) / 2 ** 31) * bound;
  }
}

/** FNV-1a over the characters, stirred with the seed. */
function hash(name: string, seed: number): number {
  let h = 0x811c9dc5 ^ stir(seed | 0);
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return stir(h);
}
