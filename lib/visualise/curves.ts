import type { Network } from '../net/network.js';
import { Random, stir } from '../random.js';
import { inSlices } from '../steps.js';
import { byImportance } from './by-importance.js';
import type { CurveSettings } from './insertion-deletion-options.js';
import { permuted } from './permuted.js';
import { runAt } from './points.js';

/** What the network says of a class as more and more pixels change. */
export interface Curve {
  /** Of the pixels, those that have changed: from 0 to 1. */
  readonly shares: readonly number[];
  /** The score or posterior there. */
  readonly values: readonly number[];
  /** Under the curve, by the trapezium rule: the mean value. */
  readonly area: number;
}

export interface Curves {
  /** Pixels are put back, those first that the map has the largest values for: a larger area is better. */
  readonly insertion: Curve;
  /** They are taken away in the same order: a smaller area is better. */
  readonly deletion: Curve;
}

/** Pixels of `from` become those of `to`, in this order. */
interface Run {
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly order: Uint32Array;
}

/** Of one input: the curves of a class in the order of a map, and in one by lot. */
export async function curvesOf(
  where: string,
  net: Network,
  { input, cls, map }: { readonly input: Float32Array; readonly cls: number; readonly map: Float32Array },
  { steps, score, seed, insertion, deletion, signal }: CurveSettings,
): Promise<Curves & { readonly random: Curves }> {
  const [blank, replaced] = [await insertion(input), await deletion(input)];
  const byMap = await inSlices(byImportance(map));
  const byLot = await inSlices(permuted(byMap.slice().sort(), new Random(stir(seed))));
  const runs = [byMap, byLot].flatMap((order): Run[] => [
    { from: blank, to: input, order },
    { from: input, to: replaced, order },
  ]);
  const values = runs.map(() => [] as number[]);
  const counts = Array.from({ length: steps + 1 }, (_, k) => Math.round((k / steps) * map.length));
  const points = {
    count: runs.length * counts.length,
    write: (index: number, to: Float32Array) =>
      change(runs[Math.floor(index / counts.length)]!, counts[index % counts.length]!, to),
  };
  await runAt(
    where,
    net,
    points,
    { score, signal },
    (pass) => [pass.scored],
    (index, [scored]) => values[Math.floor(index / counts.length)]!.push(scored![cls]!),
  );
  const shares = counts.map((count) => count / map.length);
  const [inserted, deleted, insertedByLot, deletedByLot] = values.map((one) => curve(shares, one));
  const random = { insertion: insertedByLot!, deletion: deletedByLot! };
  return { insertion: inserted!, deletion: deleted!, random };
}

/** The input of which the first `count` pixels in the order have changed, in every channel. */
function change({ from, to, order }: Run, count: number, into: Float32Array): void {
  into.set(from);
  for (let first = 0; first < into.length; first += order.length) {
    for (let i = 0; i < count; i++) {
      const at = first + order[i]!;
      into[at] = to[at]!;
    }
  }
}

function curve(shares: readonly number[], values: readonly number[]): Curve {
  let area = 0;
  for (let k = 1; k < shares.length; k++) area += ((values[k - 1]! + values[k]!) / 2) * (shares[k]! - shares[k - 1]!);
  return { shares, values, area };
}
