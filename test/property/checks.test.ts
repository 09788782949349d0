import assert from 'node:assert/strict';
import fc from 'fast-check';
import { array } from '#lib/ndarray.js';
import { atOnce } from '#lib/steps.js';
import { insertionDeletion } from '#lib/visualise/insertion-deletion.js';
import { pointingGame } from '#lib/visualise/pointing-game.js';
import { rankCorrelation, ranking } from '#lib/visualise/rank-correlation.js';
import { describeOnDevices } from '../support/devices.js';
import { linearNet } from '../support/nets.js';
import { inputFor, withNetwork } from '../support/networks.js';

/** Few different numbers, so that many are equal. */
const value = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.float({ noNaN: true, min: -1000, max: 1000 }));
const pairs = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 60 });

function correlation(a: readonly number[], b: readonly number[]): number | null {
  const [one, other] = [a, b].map((values) => atOnce(ranking(Float32Array.from(values))));
  return rankCorrelation(one!, other!);
}

function close(a: number | null, b: number | null): void {
  if (a === null || b === null) assert.equal(a, b);
  else assert.ok(Math.abs(a - b) < 1e-12, `${a} and ${b}`);
}

/** The mean rank of each element, by counting. */
function naiveRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

describe('rank correlation', () => {
  const check = (law: (a: number[], b: number[]) => void) =>
    fc.assert(
      fc.property(pairs, (list) => {
        const float32 = (values: number[]) => [...Float32Array.from(values)];
        law(float32(list.map(([a]) => a)), float32(list.map(([, b]) => b)));
      }),
    );

  it("is Pearson's of ranks that are found by counting", () =>
    check((a, b) => {
      const [x, y] = [naiveRanks(a), naiveRanks(b)];
      const mean = (a.length + 1) / 2;
      const product = (p: number[], q: number[]) =>
        p.reduce((sum, value, i) => sum + (value - mean) * (q[i]! - mean), 0);
      const [xx, yy] = [product(x, x), product(y, y)];
      close(correlation(a, b), xx === 0 || yy === 0 ? null : product(x, y) / Math.sqrt(xx * yy));
    }));

  it('is the same the other way round, of any rising function of the values, and negative of a falling one', () =>
    check((a, b) => {
      const found = correlation(a, b);
      close(correlation(b, a), found);
      // Exact in float32.
      const rising = (value: number) => (value < 0 ? value : 2 * value);
      close(correlation(a.map(rising), b), found);
      const turned = correlation(a.map((value) => -value), b); // prettier-ignore
      close(turned, found === null ? null : -found);
    }));

  it('lies between -1 and 1, and is 1 of an array with itself', () =>
    check((a, b) => {
      const found = correlation(a, b) ?? 0;
      assert.ok(found >= -1 && found <= 1);
      assert.ok([null, 1].includes(correlation(a, a)));
    }));
});

describeOnDevices('insertion and deletion curves of a linear net', (kind) => {
  const net = linearNet();
  const [input, pixels] = [inputFor(net, 4), 20];
  const options = { steps: 10, score: 'class', insertion: 'mean', deletion: 'mean' } as const;
  const maps = fc.array(value, { minLength: pixels, maxLength: pixels });
  const mapOf = (values: readonly number[]) => array(Float32Array.from(values), [5, 4]);

  it('add up to the scores of the whole and the bare input, whatever the map is', () =>
    withNetwork(net, kind, async (network) => {
      await fc.assert(
        fc.asyncProperty(maps, async (values) => {
          const { insertion, deletion, random } = await insertionDeletion(network, input, mapOf(values), 1, options);
          const both = insertion.values[0]! + insertion.values.at(-1)!;
          for (const [one, other] of [
            [insertion, deletion],
            [random.insertion, random.deletion],
          ] as const) {
            // prettier-ignore
            const sums = one.values.map((value, k) => value + other.values[k]!);
            const scale = Math.max(...one.values.map(Math.abs), Math.abs(both));
            for (const sum of sums) assert.ok(Math.abs(sum - both) < 1e-5 * scale);
            assert.ok(Math.abs(one.area + other.area - both) < 1e-5 * scale);
          }
        }),
        { numRuns: 25 },
      );
    }));

  it('depend on the order of the values alone', () =>
    withNetwork(net, kind, async (network) => {
      await fc.assert(
        fc.asyncProperty(maps, async (values) => {
          const rising = values.map((value) => (value < 0 ? value : 2 * value));
          const [found, same] = [
            await insertionDeletion(network, input, mapOf(values), 1, options),
            await insertionDeletion(network, input, mapOf(rising), 1, options),
          ];
          assert.deepEqual(same, found);
        }),
        { numRuns: 25 },
      );
    }));
});

describe('the pointing game', () => {
  const [rows, cols] = [6, 9];
  const side = (last: number) => fc.tuple(fc.nat(last), fc.nat(last)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
  const box = fc
    .tuple(side(cols - 1), side(rows - 1))
    .map(([[xmin, xmax], [ymin, ymax]]) => ({ xmin: xmin!, xmax: xmax!, ymin: ymin!, ymax: ymax! }));
  const maps = fc.array(value, { minLength: rows * cols, maxLength: rows * cols });
  const mapOf = (values: readonly number[]) => array(Float32Array.from(values), [rows, cols]);

  it('hits where some box, grown by the tolerance, holds the maximum; more boxes or tolerance lose no hit', () =>
    fc.assert(
      fc.property(
        maps,
        fc.array(box, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 5 }),
        (values, boxes, tolerance) => {
          // prettier-ignore
          const map = mapOf(values);
          const { hit, point, distance } = pointingGame(map, boxes, { tolerance });
          if (!point) return assert.equal(new Set(map.data.map((value) => value + 0)).size, 1);
          assert.equal(map.get(point.row, point.col), Math.max(...map.data));
          assert.equal(hit, distance! <= tolerance);
          const inside = boxes.some(({ xmin, xmax, ymin, ymax }) => point.col >= xmin && point.col <= xmax && point.row >= ymin && point.row <= ymax); // prettier-ignore
          assert.equal(distance === 0, inside);
          const alone = boxes.map((one) => pointingGame(map, [one], { tolerance }));
          assert.equal(distance, Math.min(...alone.map((one) => one.distance!)));
          assert.ok(!hit || pointingGame(map, boxes, { tolerance: tolerance + 1 }).hit);
        },
      ),
    ));
});
