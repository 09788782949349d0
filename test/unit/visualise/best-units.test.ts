import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BestUnits } from '#lib/visualise/best-units.js';

const input = (image: number) => Float32Array.of(image);
const offer = (best: BestUnits, image: number, ...values: number[]) =>
  best.offer(
    image,
    Float32Array.from(values),
    Int32Array.from(values, () => image),
    input(image),
  );

describe('BestUnits', () => {
  it('keeps the largest of each channel, best first', () => {
    const best = new BestUnits(2, 2);
    offer(best, 0, 1, -5);
    offer(best, 1, 3, -4);
    offer(best, 2, 2, -6);
    const images = best.best.map((units) => units.map(({ image, place, value }) => [image, place, value]));
    assert.deepEqual(images, [
      [[1, 1, 3], [2, 2, 2]],
      [[1, 1, -4], [0, 0, -5]],
    ]); // prettier-ignore
  });

  it('leaves out a channel that did not fire', () => {
    const best = new BestUnits(1, 3);
    for (const image of [0, 1, 2]) offer(best, image, image === 1 ? 4 : 0);
    assert.deepEqual(best.best[0]!.map(({ image }) => image), [1]); // prettier-ignore
    assert.equal(best.inputs, 1);
  });

  it('is the same in whatever order images come, of equal values that of the earlier image first', () => {
    const offers = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(offers, fc.integer({ min: 1, max: 4 }), fc.nat(), (values, count, seed) => {
        const best = new BestUnits(2, count);
        const order = values.map((_, image) => image).sort((a, b) => ((a * 7 + seed) % 13) - ((b * 7 + seed) % 13));
        for (const image of order) offer(best, image, ...values[image]!);
        for (const channel of [0, 1]) {
          const all = values.map((one, image) => ({ image, value: one[channel]! })).filter(({ value }) => value !== 0);
          const sorted = all.sort((a, b) => b.value - a.value || a.image - b.image).slice(0, count);
          const found = best.best[channel]!.map(({ image, value }) => ({ image, value }));
          assert.deepEqual(found, sorted);
        }
      }),
    );
  });

  it('holds the inputs of the best alone, and hands each out with its units', () => {
    const best = new BestUnits(2, 2);
    for (let image = 0; image < 50; image++) {
      offer(best, image, image + 1, image === 7 ? 100 : 50 - image);
      assert.ok(best.inputs <= 4);
    }
    const held = [...best.images()].map(({ input, units }) => [input[0], units.map(([channel]) => channel)]);
    assert.deepEqual(held, [[0, [1]], [7, [1]], [48, [0]], [49, [0]]]); // prettier-ignore
  });

  it('keeps a copy of an input', () => {
    const best = new BestUnits(1, 1);
    const data = Float32Array.of(5);
    best.offer(0, Float32Array.of(1), Int32Array.of(0), data);
    data[0] = 6;
    assert.deepEqual([...best.images()].map(({ input }) => input[0]), [5]); // prettier-ignore
  });
});
