import { elements } from '../ndarray.js';
import { runAt } from './points.js';
import type { Asked } from './explain-each.js';

/** What is to be done with the gradients of the scores. */
export interface Sampling {
  /** At how many points each input's gradients are taken. */
  readonly samples: number;
  /** Writes one of these points, made of an input, both dense [channels, rows, cols]. */
  write(input: Float32Array, sample: number, to: Float32Array): void;
  /** Is given dS_c/dI of map number `map`, counted through inputs and their classes, at each of its points in order. */
  take(map: number, sample: number, gradient: Float32Array): void;
}

/**
 * The gradients of the classes of every input, at points that are made of it; with respect to the input's numbers.
 *
 * @param maps  those that are wanted, counted through inputs and their classes; default all
 */
export async function gradientsAt(
  { where, net, inputs, classes, score, signal, nameOf }: Asked,
  sampling: Sampling,
  maps: readonly number[] = classes.flat().map((_, map) => map),
): Promise<void> {
  const { samples } = sampling;
  const [k, size] = [classes[0]!.length, elements(net.inputShape)];
  const ofMaps = classes.flat();
  const mapAt = (index: number) => maps[Math.floor(index / samples)]!;
  const input = net.targetContext.graph.input.name;
  await runAt(
    where,
    net,
    {
      count: maps.length * samples,
      write(index, to) {
        const i = Math.floor(mapAt(index) / k);
        sampling.write(inputs.subarray(i * size, (i + 1) * size), index % samples, to);
      },
      nameOf: (index) => `point ${index % samples} of ${samples} made of ${nameOf(Math.floor(mapAt(index) / k))}`,
    },
    { score, signal },
    (pass, first) => {
      const started = Int32Array.from({ length: pass.n }, (_, i) => ofMaps[mapAt(first + i)]!);
      return [pass.backward({ classes: started }, 'gradient', input)];
    },
    (index, [gradient]) => sampling.take(mapAt(index), index % samples, gradient!),
  );
}
