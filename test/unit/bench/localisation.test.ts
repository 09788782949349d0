import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadNetwork, localise, readImage, saliency, type Box, type Network, type SegmentOptions } from '#lib/index.js';
import type { Image } from '#lib/ndarray.js';
import { importBench } from '../../support/bench.js';
import { loadedFor } from '../../support/loaded.js';
import { repository } from '../../support/shared.js';

interface Boxes {
  overlap(a: Box, b: Box): number;
  isRight(box: Box, truths: readonly Box[]): boolean;
  wilson(hits: number, n: number): [number, number];
  mcNemar(a: readonly boolean[], b: readonly boolean[]): { onlyA: number; onlyB: number; p: number };
}
interface Cut {
  cutBox(net: Network, picture: { img: Image; map: object }, options: SegmentOptions): Promise<Box>;
}

describe('bench/localisation/boxes', () => {
  let boxes: Boxes;
  before(async () => (boxes = await importBench<Boxes>('localisation', 'boxes.js')));
  const box = { xmin: 0, ymin: 0, xmax: 9, ymax: 9 };
  const half = { xmin: 0, ymin: 0, xmax: 4, ymax: 9 };

  it('a box of half the truth is just right, and one beside it is not', () => {
    assert.equal(boxes.overlap(box, half), 0.5);
    assert.equal(boxes.overlap(half, { ...box, xmin: 5 }), 0);
    assert.equal(boxes.isRight(half, [{ ...box, xmin: 5 }, box]), true);
    assert.equal(boxes.isRight({ ...half, xmax: 3 }, [box]), false);
  });

  it("Wilson's interval is the textbook's, and holds 0 and 1 where all are alike", () => {
    const [low, high] = boxes.wilson(81, 263); // Newcombe 1998, Table I, method 3
    assert.deepEqual([low.toFixed(4), high.toFixed(4)], ['0.2553', '0.3662']);
    for (const n of [1, 20, 112]) assert.deepEqual([boxes.wilson(0, n)[0], boxes.wilson(n, n)[1]], [0, 1]);
  });

  it("McNemar's test looks at the pictures that one alone has right", () => {
    const [yes, no] = [(n: number) => Array<boolean>(n).fill(true), (n: number) => Array<boolean>(n).fill(false)];
    const few = boxes.mcNemar([...yes(7), ...yes(5), ...no(1)], [...yes(7), ...no(5), ...yes(1)]);
    assert.deepEqual([few.onlyA, few.onlyB], [5, 1]);
    assert.ok(Math.abs(few.p - (2 * (1 + 6)) / 2 ** 6) < 1e-12);
    assert.equal(boxes.mcNemar(yes(3), yes(3)).p, 1);
    const { p } = boxes.mcNemar(yes(3000), no(3000));
    assert.ok(p >= 0 && p < 1e-300);
  });
});

describe('bench/localisation/cut-box', function () {
  this.timeout(60_000);
  const network = loadedFor(() => loadNetwork());

  it('is the box of localise', async () => {
    const { cutBox } = await importBench<Cut>('localisation', 'cut-box.js');
    const img = await readImage(join(repository, 'examples/images/airliner.jpg'));
    const map = await saliency(network(), img, 'airliner', { tenCrops: true });
    for (const preset of ['iseg', 'grabcut'] as const) {
      const { box } = await localise(network(), img, 'airliner', { preset });
      assert.deepEqual(await cutBox(network(), { img, map }, { preset }), box);
    }
  });
});
