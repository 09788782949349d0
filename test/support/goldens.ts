import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { array, type FloatArray } from '#lib/ndarray.js';
import { readNpy, type NpyArray } from './npy.js';
import type { FlipBounds } from './close.js';
import { readJson } from './shared.js';

/** The parts of spec.json that several nets have. */
export interface Spec {
  readonly top1: number;
  readonly other_class?: number;
  readonly torch_float32_grad_rel_l2?: number;
  readonly torch_float32_error?: Readonly<Record<string, { readonly rel_l2: number }>>;
  readonly deconv_top1_identically_zero?: boolean;
  readonly neuron?: Unit & { readonly region_y0y1x0x1: readonly [number, number, number, number] };
  readonly conv10_unit?: Unit;
}

export interface Unit {
  readonly channel: number;
  readonly y: number;
  readonly x: number;
  /** Its activation. */
  readonly value: number;
}

/** One image of goldens/<net> of the data pack. */
export interface Golden {
  readonly id: string;
  readonly spec: Spec;
  array(name: string): FloatArray;
  /** How near float32 can come to `name` for this image (data/README.md). */
  bounds(name: string): FlipBounds;
}

/** Flat areas make these pictures' gradients depend on how rounding breaks ties. */
const flat = ['teapot', 'monarch'];

export function goldensOf(pack: string, net: string): readonly Golden[] {
  const folder = join(pack, 'goldens', net);
  return readdirSync(folder).map((id) => {
    const spec = readJson<Spec>(join(folder, id, 'spec.json'));
    const arrays = new Map<string, NpyArray>();
    return {
      id,
      spec,
      array: (name) => {
        const known = arrays.get(name) ?? readNpy(join(folder, id, `${name}.npy`));
        arrays.set(name, known);
        return array(known.data, known.shape);
      },
      bounds: (name) => ({
        float32Error: spec.torch_float32_error?.[name]?.rel_l2 ?? spec.torch_float32_grad_rel_l2,
        cosine: flat.some((word) => id.includes(word)) ? 0.99 : 0.999,
      }),
    };
  });
}

/** The Caffe nets' input from a resized image stored as PNG: centre crop of `side`, BGR minus 104, 117, 123. */
export function caffeInput(png: string, side: number): FloatArray {
  const { width, height, data } = PNG.sync.read(readFileSync(png));
  const [top, left] = [Math.floor((height - side) / 2), Math.floor((width - side) / 2)];
  const input = Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const c = Math.floor(i / (side * side));
    const row = top + (Math.floor(i / side) % side);
    const col = left + (i % side);
    return data[(row * width + col) * 4 + 2 - c]! - [104, 117, 123][c]!;
  });
  return array(input, [3, side, side]);
}

export function image256(pack: string, id: string): string {
  return join(pack, 'goldens', 'squeezenet1_0', id, 'image256.png');
}
