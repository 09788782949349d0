import ndarray from 'ndarray';
import { resize } from '#lib/image/index.js';
import { Random } from './random.js';

const side = 1000;

/**
 * What a localisation at a megapixel is made of, without a network.
 *
 * @returns  { img, map, grid } as `segment` and `maxFlow` take them: a photograph, noise that is strongest in the middle,
 *           and capacities of the same noise
 */
export function megapixel(photograph, seed) {
  const random = new Random(seed);
  const noise = Float32Array.from({ length: side * side }, () => Math.abs(random.uniform()));
  const map = noise.map((value, i) => value * bump(Math.floor(i / side), i % side));
  const capacities = (of) => Int32Array.from(map, (value, i) => 400 * Math.max(0, of(value, noise[i])));
  const terminals = { source: capacities((value) => value), sink: capacities((value) => 0.4 - value) };
  return {
    img: resize(photograph, [side, side]),
    map: ndarray(map, [side, side]),
    grid: {
      rows: side,
      cols: side,
      ...terminals,
      right: capacities((_, one) => one),
      down: capacities((_, one) => 1 - one),
    },
  };
}

function bump(row, col) {
  const [y, x] = [row / side - 0.5, col / side - 0.5];
  return Math.exp(-8 * (x * x + y * y));
}
