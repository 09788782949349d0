import type { Graph } from './graph.js';

/** A named weight on the host: row-major float32. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One class of the classifier. */
export interface ClassName {
  readonly name: string | null;
  /** WordNet id such as n01443537. */
  readonly wnid: string | null;
}

/**
 * How an image becomes the net's input: resize, crop, order of channels, then
 * input[c] = (pixel[c] * range / 255 - mean[c]) / std[c].
 */
export interface Preprocessing {
  readonly channelOrder: 'RGB' | 'BGR' | 'grey';
  /** What the grey level 255 becomes before mean and std: 1 or 255. */
  readonly range: number;
  /** Per channel in the net's order, or a mean image [channels, rows, cols] of the net's input size. */
  readonly mean: readonly number[] | HostTensor;
  /** Per channel in the net's order. */
  readonly std: readonly number[];
  /** [rows, cols] of the net's input. */
  readonly size: readonly [number, number];
  /** The shorter side becomes `shortSide` (aspect kept), or the image is squashed to rows x cols. */
  readonly resize: { readonly shortSide: number } | { readonly rows: number; readonly cols: number };
  readonly filter: 'bilinear' | 'bicubic';
  /** 'centre' cuts `size` from the middle; 'none' demands that the resize gave it. */
  readonly crop: 'centre' | 'none';
}

/** What a weight file holds. */
export interface Model {
  /** null where the file holds weights alone. */
  readonly graph: Graph | null;
  readonly weights: ReadonlyMap<string, HostTensor>;
  readonly preprocessing: Preprocessing | null;
  readonly classes: readonly ClassName[] | null;
  /** Paths, from the file's folder, of other files that weights came from. */
  readonly externalFiles?: readonly string[];
}
