import type { Device, Tensor } from '#lib/device/index.js';
import { createLayers } from '#lib/net/layer-of.js';
import { Pass } from '#lib/net/pass.js';
import type { Execution } from '#lib/net/sequence.js';
import type { TestNet } from './net-builder.js';

/** A net made ready for `n` inputs without what surrounds it: its output may be any value, not only rows of scores. */
export async function withPass<T>(
  device: Device,
  { graph, weights }: TestNet,
  options: { readonly n: number; readonly execution?: Execution },
  use: (pass: Pass) => Promise<T>,
): Promise<T> {
  const layers = createLayers(graph, weights);
  try {
    const scored = { graph, scored: graph.output };
    const pass = await Pass.plan({
      device,
      scored,
      layers,
      n: options.n,
      kept: [],
      execution: options.execution ?? 'eager',
    });
    try {
      return await use(pass);
    } finally {
      pass.dispose();
    }
  } finally {
    for (const layer of layers.values()) layer.dispose();
  }
}

/** What a float tensor holds, row-major. */
export async function floats(tensor: Tensor): Promise<Float32Array> {
  return (await tensor.read()) as Float32Array;
}
