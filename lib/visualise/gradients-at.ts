import { mostAtOnce } from '../net/gradients-at-once.js';
import type { Pass } from '../net/pass.js';
import { elements } from '../ndarray.js';
import type { Asked } from './explain-each.js';
import { runAt } from './points.js';

/** What is to be done with the gradients of the scores. */
export interface Sampling {
  /** At how many points each input's gradients are taken. */
  readonly samples: number;
  /** Makes one of these points of input number `i`, which `point` holds, dense [channels, rows, cols]; default itself. */
  move?(i: number, sample: number, point: Float32Array): void;
  /** What the gradients are with respect to; default the network's input. */
  readonly to?: string;
  /** Values that are wanted beside them. */
  readonly read?: readonly string[];
  /** Is asked for each map, counted through inputs and their classes, what its gradients are to be given to. */
  collect(map: number): Collect;
}

/** Is given dS_c/d(to) at each point of an input in order, and the values of `read` there, all dense. */
export type Collect = (sample: number, gradient: Float32Array, values: readonly Float32Array[]) => void;

/** Maps of one input whose gradients at a point go back together. */
interface Group {
  readonly i: number;
  readonly maps: readonly number[];
}

/**
 * The gradients of the classes of every input, at points that are made of it: a forward pass at each point for at most
 * eight classes, whose gradients go back together.
 *
 * @param maps  those that are wanted, counted through inputs and their classes; default all
 */
export async function gradientsAt(
  { where, net, inputs, classes, score, signal, nameOf }: Asked,
  sampling: Sampling,
  maps: readonly number[] = classes.flat().map((_, map) => map),
): Promise<void> {
  const { samples, to = net.targetContext.graph.input.name, read = [] } = sampling;
  const { groups, width } = grouped(maps, classes[0]!.length);
  const groupAt = (index: number) => groups[Math.floor(index / samples)]!;
  const [size, ofMaps] = [elements(net.inputShape), classes.flat()];
  const gradientSize = elements(net.targetContext.shapes.get(to)!.slice(1));
  let collecting: Collect[] = [];
  await runAt(
    where,
    net,
    {
      count: groups.length * samples,
      write(index, point) {
        const { i } = groupAt(index);
        point.set(inputs.subarray(i * size, (i + 1) * size));
        sampling.move?.(i, index % samples, point);
      },
      nameOf: (index) => `point ${index % samples} of ${samples} made of ${nameOf(groupAt(index).i)}`,
    },
    { score, signal, read, gradients: width },
    async (pass, first) => {
      const ofPoints = Array.from({ length: pass.n }, (_, i) => groupAt(first + i).maps.map((map) => ofMaps[map]!));
      return [...(await backward(pass, ofPoints, width, to)), ...read.map((name) => pass.activation(name).read())];
    },
    (index, values) => {
      if (index % samples === 0) collecting = groupAt(index).maps.map((map) => sampling.collect(map));
      // Each of the first holds the gradients of m classes.
      const m = values[0]!.length / gradientSize;
      for (const [j, collect] of collecting.entries()) {
        const gradient = values[Math.floor(j / m)]!.subarray((j % m) * gradientSize).subarray(0, gradientSize);
        collect(index % samples, gradient, values.slice(Math.ceil(width / m)));
      }
    },
  );
}

/** The maps of each input in groups of at most `width`, the smallest number with which there are no more groups. */
function grouped(maps: readonly number[], k: number): { readonly groups: Group[]; readonly width: number } {
  const ofInputs = new Map<number, number[]>();
  for (const map of maps) {
    const i = Math.floor(map / k);
    const ofInput = ofInputs.get(i);
    if (ofInput) ofInput.push(map);
    else ofInputs.set(i, [map]);
  }
  const most = Math.max(...[...ofInputs.values()].map((ofInput) => ofInput.length));
  const width = Math.ceil(most / Math.ceil(most / mostAtOnce));
  const groups: Group[] = [];
  for (const [i, ofInput] of ofInputs) {
    for (let j = 0; j < ofInput.length; j += width) groups.push({ i, maps: ofInput.slice(j, j + width) });
  }
  return { groups, width };
}

/**
 * The gradients of `width` classes of each point, [n, m, ...] for m of these after the other, as many as memory allows.
 * Points with fewer have the last once more, so that all passes are of one size.
 */
async function backward(pass: Pass, classes: readonly (readonly number[])[], width: number, to: string) {
  const m = await pass.prepareMaps(width);
  const readings: Promise<Float32Array>[] = [];
  for (let part = 0; part < width; part += m) {
    const started = classes.flatMap((ofPoint) =>
      Array.from({ length: m }, (_, j) => ofPoint[Math.min(part + j, ofPoint.length - 1)]!),
    );
    readings.push(pass.backward({ classes: Int32Array.from(started) }, 'gradient', to).read());
  }
  return readings;
}
