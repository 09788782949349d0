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

/** The gradients of the classes of every input, at points that are made of it; with respect to the input's numbers. */
export async function gradientsAt(
  { where, net, n, inputs, classes, score, signal }: Asked,
  sampling: Sampling,
): Promise<void> {
  const { samples } = sampling;
  const [k, size] = [classes[0]!.length, elements(net.inputShape)];
  const ofMaps = classes.flat();
  const input = net.targetContext.graph.input.name;
  await runAt(
    where,
    net,
    {
      count: n * k * samples,
      write(index, to) {
        const i = Math.floor(index / samples / k);
        sampling.write(inputs.subarray(i * size, (i + 1) * size), index % samples, to);
      },
    },
    { score, signal },
    (pass, first) => {
      const started = Int32Array.from({ length: pass.n }, (_, i) => ofMaps[Math.floor((first + i) / samples)]!);
      return [pass.backward({ classes: started }, 'gradient', input)];
    },
    (index, [gradient]) => sampling.take(Math.floor(index / samples), index % samples, gradient!),
  );
}
