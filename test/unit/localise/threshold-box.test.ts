import assert from 'node:assert/strict';
import { framed } from '#lib/image/framed-map.js';
import { thresholdBox } from '#lib/localise/threshold-box.js';
import { array } from '#lib/ndarray.js';

const box = (xmin: number, ymin: number, xmax: number, ymax: number) => ({ xmin, ymin, xmax, ymax });
const mapOf = (...rows: number[][]) => array(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]);

describe('thresholdBox', () => {
  const map = mapOf([8, 4, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 3]);

  it("takes pixels of at least a share of the maximum: 'maximum'", async () => {
    assert.deepEqual(await thresholdBox(map, { amount: 1 }), box(0, 0, 0, 0));
    assert.deepEqual(await thresholdBox(map, { amount: 0.5 }), box(0, 0, 1, 0));
    assert.deepEqual(await thresholdBox(map), box(0, 0, 1, 0));
    assert.deepEqual(await thresholdBox(map, { amount: 1 / 8 }), box(3, 0, 3, 3));
  });

  it("takes the fewest of the highest pixels that hold a share of the sum: 'energy'", async () => {
    const energy = (amount: number) => thresholdBox(map, { rule: 'energy', amount, around: 'all' });
    // 8 of 18, 12 of 18, 15 of 18, and then three equal ones.
    assert.deepEqual(await Promise.all([energy(0.1), energy(8 / 18), energy(0.5)]), [
      box(0, 0, 0, 0),
      box(0, 0, 0, 0),
      box(0, 0, 1, 0),
    ]);
    assert.deepEqual(await Promise.all([energy(0.8), energy(0.85)]), [box(0, 0, 3, 3), box(0, 0, 3, 3)]);
    assert.deepEqual(await thresholdBox(map, { rule: 'energy', amount: 0.85 }), box(3, 0, 3, 3));
  });

  it("takes pixels of at least a multiple of the mean: 'mean'", async () => {
    // The mean is 18 / 16.
    assert.deepEqual(await thresholdBox(map, { rule: 'mean', amount: 7 }), box(0, 0, 0, 0));
    assert.deepEqual(await thresholdBox(map, { rule: 'mean', amount: 3 }), box(0, 0, 1, 0));
    assert.deepEqual(await thresholdBox(map, { rule: 'mean' }), box(0, 0, 0, 0));
  });

  it('is around the largest component, or around all of them', async () => {
    assert.deepEqual(await thresholdBox(map, { amount: 0.1 }), box(3, 0, 3, 3));
    assert.deepEqual(await thresholdBox(map, { amount: 0.1, around: 'all' }), box(0, 0, 3, 3));
  });

  it('takes values below 0 for 0, and what was not seen for nothing', async () => {
    assert.deepEqual(await thresholdBox(mapOf([-9, 1, 4]), { rule: 'mean', amount: 1.2 }), box(2, 0, 2, 0));
    const seen = framed(mapOf([9, 0, 1]), Uint8Array.of(0, 1, 1));
    assert.deepEqual(await thresholdBox(seen, { rule: 'mean', amount: 2 }), box(2, 0, 2, 0));
    assert.deepEqual(await thresholdBox(seen), box(2, 0, 2, 0));
  });

  it('smooths what was seen by what was seen', async () => {
    const [rows, cols] = [20, 30];
    const seen = Uint8Array.from({ length: rows * cols }, (_, i) => (i % cols < 20 ? 1 : 0));
    // Brightest at the last columns that were seen, whatever lies behind them.
    const smoothedBox = (unseen: number) => {
      const values = Float32Array.from(seen, (one, i) => (one === 0 ? unseen : i % cols < 15 ? 1 : 4));
      return thresholdBox(framed(array(values, [rows, cols]), seen), { blur: 2, amount: 0.99 });
    };
    const { xmin, xmax } = await smoothedBox(0);
    assert.ok(xmax === 19 && xmin > 15);
    for (const unseen of [-50, 4, 1000]) assert.deepEqual(await smoothedBox(unseen), await smoothedBox(0));
    const even = framed(array(new Float32Array(seen), [rows, cols]), seen);
    assert.deepEqual(await thresholdBox(even, { blur: 3, amount: 0.99 }), box(0, 0, 19, 19));
  });

  it('is of the map as it was when it was called', async () => {
    const own = mapOf([1, 2, 9]);
    const found = thresholdBox(own, { blur: 0.1 });
    own.data.fill(0);
    assert.deepEqual(await found, box(2, 0, 2, 0));
  });

  it('is the whole map where that is the same everywhere, or nothing is left of it', async () => {
    for (const rule of ['maximum', 'energy', 'mean'] as const) {
      for (const level of [0, -1]) {
        assert.deepEqual(
          await thresholdBox(mapOf([level, level, level], [level, level, level]), { rule }),
          box(0, 0, 2, 1),
        );
      }
    }
    assert.deepEqual(await thresholdBox(mapOf([2, 2, 2])), box(0, 0, 2, 0));
    assert.deepEqual(await thresholdBox(mapOf([2, 2, 2]), { rule: 'mean' }), box(0, 0, 2, 0));
    assert.deepEqual(await thresholdBox(framed(mapOf([1, 2]), Uint8Array.of(0, 0))), box(0, 0, 1, 0));
  });

  it('refuses maps and options that are none', async () => {
    const refused: [() => Promise<unknown>, string, RegExp][] = [
      [
        () => thresholdBox(mapOf([1, NaN])),
        'ERR_ARGUMENT',
        /thresholdBox: map must be finite, got NaN at \[row, col\] \[0, 1\]/,
      ],
      [() => thresholdBox(array(new Uint8Array(2), [1, 2]) as never), 'ERR_DTYPE', /map must hold float32/],
      [() => thresholdBox(array(new Float32Array(2), [2])), 'ERR_SHAPE', /map must be \[rows, cols\]/],
      [() => thresholdBox(map, { rule: 'median' as never }), 'ERR_ARGUMENT', /rule must be one of 'maximum'/],
      [() => thresholdBox(map, { amount: 2 }), 'ERR_ARGUMENT', /amount must be a number from 0 to 1, got 2/],
      [() => thresholdBox(map, { rule: 'mean', amount: 0 }), 'ERR_ARGUMENT', /amount must be a finite number above 0/],
      [
        () => thresholdBox(map, { amount: null as never }),
        'ERR_ARGUMENT',
        /amount must be a number from 0 to 1, got null/,
      ],
      [() => thresholdBox(Promise.resolve(map) as never), 'ERR_ARGUMENT', /map must be .*; wait for it: await$/],
      [() => thresholdBox(map, { around: 'some' as never }), 'ERR_ARGUMENT', /around must be one of/],
      [() => thresholdBox(map, { share: 1 } as never), 'ERR_ARGUMENT', /unknown option share/],
    ];
    for (const [call, code, message] of refused) await assert.rejects(call, { code, message });
  });
});
