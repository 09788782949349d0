import type { ReluRule } from '../device/index.js';
import type { Batch } from '../net/batch.js';
import type { Score } from '../net/edit-graph.js';
import type { Network } from '../net/network.js';
import type { Pass } from '../net/pass.js';
import { channelScale } from '../net/prepare.js';

export interface MapOptions {
  /** true: the derivative of largest magnitude with its sign; default false, its magnitude. */
  readonly signed: boolean;
  /** How each ReLU passes the signal back; default 'gradient', the only one that gives Eq. 4. */
  readonly rule: ReluRule;
  /** S_c (default), P_c, or S_c before a ReLU that follows the last weights. */
  readonly score: Score;
}

/** For each map of an image the class of every input of the batch, -1 for that input's best: [maps][n]. */
export type Classes = readonly Int32Array[];

/**
 * Class saliency maps of a batch: one forward pass, and a backward pass per class.
 *
 * @param classes  the classes, or what finds them by the scores S_c [n, classes] of the batch
 * @returns        for each class the maps of the batch, dense [n, rows, cols]; of an image per grey level, of an input
 *                 per unit of that
 */
export async function classMaps(
  net: Network,
  { n, data, view }: Batch,
  classes: Classes | ((scores: Float32Array) => Classes),
  { rule, score, signed }: MapOptions,
): Promise<Float32Array[]> {
  const [, rows, cols] = net.inputShape;
  const scale = view && channelScale(net.preprocessing!);
  const readings = await net.withPass({ n, score }, async (pass) => {
    pass.forward(data);
    const chosen = typeof classes === 'function' ? classes(await pass.scores.read()) : classes;
    const perChannel = scale && scaleTensor(pass, scale);
    const map = pass.device.tensor([n, rows, cols], 'float32');
    const reads = chosen.map((one) => {
      const imageGradient = pass.backward({ classes: one }, rule, net.model.graph.input.name);
      pass.device.maxAbsOverChannels(imageGradient, perChannel, map, signed ? 'signed' : 'magnitude');
      return map.read();
    });
    map.dispose();
    perChannel?.dispose();
    return reads;
  });
  return Promise.all(readings);
}

function scaleTensor(pass: Pass, scale: Float32Array) {
  const tensor = pass.device.tensor([scale.length], 'float32');
  tensor.write(scale);
  return tensor;
}
