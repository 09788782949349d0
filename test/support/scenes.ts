import { array, type FloatArray, type Image } from '#lib/ndarray.js';
import { Random } from './random.js';

/** A picture of one thing, and a map that points at a part of it. */
export interface Scene {
  readonly img: Image;
  readonly map: FloatArray;
  /** Where the thing is: [rows, cols] 1 or 0. */
  readonly thing: Uint8Array;
}

export interface Place {
  readonly rows: number;
  readonly cols: number;
  /** Of the middle of the thing. */
  readonly row: number;
  readonly col: number;
  readonly radius: number;
}

/**
 * A reddish disc on green, with a map that is high in the upper half of the disc and 0 from 1.5 radii on. Colours are
 * noisy up to `noise` radii away, and everything depends on the place relative to the middle alone: another middle gives
 * a shifted scene, as long as the noise stays in it.
 */
export function disc({ rows, cols, row, col, radius }: Place, noise = 2): Scene {
  const img = array(new Uint8Array(rows * cols * 3), [rows, cols, 3]);
  const map = array(new Float32Array(rows * cols), [rows, cols]);
  const thing = new Uint8Array(rows * cols);
  for (let i = 0; i < rows * cols; i++) img.data.set([40, 140, 60], 3 * i);
  const random = new Random(5);
  const reach = Math.ceil(noise * radius);
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const offsets = [1, 2, 3].map(() => random.integer(-25, 25));
      const level = random.uniform(0.01, 0.2);
      const distance = Math.hypot(y, x);
      if (distance > reach || row + y < 0 || row + y >= rows || col + x < 0 || col + x >= cols) continue;
      const at = (row + y) * cols + col + x;
      const colour = distance <= radius ? [180, 60, 50] : [40, 140, 60];
      img.data.set(
        colour.map((one, c) => one + offsets[c]!),
        3 * at,
      );
      const bump = Math.exp(-((y + radius / 2) ** 2 + x ** 2) / (radius / 2) ** 2);
      map.data[at] = distance <= radius ? level + bump : distance <= 1.5 * radius ? level : 0;
      thing[at] = Number(distance <= radius);
    }
  }
  return { img, map, thing };
}
