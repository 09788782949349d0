import type { Network } from '../net/network.js';
import { Random, stir } from '../random.js';
import { inSlices } from '../steps.js';
import { byImportance } from './by-importance.js';
import type { CurveSettings } from './insertion-deletion-options.js';
import { permuted } from './permuted.js';
import { scoredAt } from './points.js';

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

/** Of one input: the curves of a class in the order of a map, and their means in orders by lot. */
export async function curvesOf(
  where: string,
  net: Network,
  { input, cls, map }: { readonly input: Float32Array; readonly cls: number; readonly map: Float32Array },
  settings: CurveSettings,
): Promise<Curves & { readonly random: Curves }> {
  const orders = [await inSlices(byImportance(map)), ...(await ordersByLot(map.length, settings))];
  const counts = Array.from({ length: settings.steps + 1 }, (_, k) => Math.round((k / settings.steps) * map.length));
  const shares = counts.map((count) => count / map.length);
  const along = async (from: Float32Array, to: Float32Array) => {
    const runs = orders.map((order): Run => ({ from, to, order }));
    const [own, ...byLot] = await valuesAlong(where, net, runs, { cls, counts, ...settings });
    return { own: curve(shares, own!), byLot: curve(shares, mean(byLot)) };
  };
  const insertion = await along(await settings.insertion(input), input);
  const deletion = await along(input, await settings.deletion(input));
  return {
    ...{ insertion: insertion.own, deletion: deletion.own },
    random: { insertion: insertion.byLot, deletion: deletion.byLot },
  };
}

async function ordersByLot(pixels: number, { orders, seed }: CurveSettings): Promise<Uint32Array[]> {
  const inOrder = Uint32Array.from({ length: pixels }, (_, i) => i);
  const found: Uint32Array[] = [];
  for (let i = 0; i < orders; i++) found.push(await inSlices(permuted(inOrder, new Random((stir(seed) + i) | 0))));
  return found;
}

type Values = readonly number[];

interface Along extends Pick<CurveSettings, 'score' | 'signal'> {
  readonly cls: number;
  /** How many pixels have changed at each point. */
  readonly counts: readonly number[];
}

/** Of each run: the score of the class at each point. */
async function valuesAlong(
  where: string,
  net: Network,
  runs: readonly Run[],
  { cls, counts, score, signal }: Along,
): Promise<Values[]> {
  const values = runs.map(() => [] as number[]);
  const points = {
    count: runs.length * counts.length,
    write: (index: number, to: Float32Array) =>
      change(runs[Math.floor(index / counts.length)]!, counts[index % counts.length]!, to),
    nameOf: (index: number) => `the input with ${counts[index % counts.length]} changed pixels`,
  };
  await scoredAt(where, net, points, { score, signal }, (index, scored) =>
    values[Math.floor(index / counts.length)]!.push(scored[cls]!),
  );
  return values;
}

function mean(all: readonly Values[]): Values {
  return all[0]!.map((_, k) => all.reduce((sum, values) => sum + values[k]!, 0) / all.length);
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
