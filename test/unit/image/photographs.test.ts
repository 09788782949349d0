import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readImage } from '#lib/image/read-image.js';
import { resize, shortSideSize } from '#lib/image/resize.js';
import { describeWithDataPack, readJson } from '../../support/shared.js';

interface Listed {
  readonly file: string;
  readonly width: number;
  readonly height: number;
}

describeWithDataPack('photographs of the data pack', (folder) => {
  const images = join(folder, 'images');
  const files = readdirSync(images);
  const goldens = join(folder, 'goldens', 'squeezenet1_0');

  it('all decode to the size that the list states', async function () {
    this.timeout(120_000);
    const listed = readJson<Listed[]>(join(folder, 'images.json')).filter(({ file }) => files.includes(file));
    assert.equal(listed.length, 300);
    const shapes = await Promise.all(listed.map(async ({ file }) => (await readImage(join(images, file))).shape));
    assert.deepEqual(
      shapes,
      listed.map(({ height, width }) => [height, width, 3]),
    );
  });

  for (const name of readdirSync(goldens)) {
    it(`${name} resized to short side 256 is the golden picture within 0.25 levels on average, 4 at most`, async () => {
      const expected = await readImage(join(goldens, name, 'image256.png'));
      const file = files.find((candidate) => candidate.startsWith(name));
      const photograph = await readImage(join(images, file!));
      const [rows, cols] = photograph.shape as [number, number, number];
      const { data, shape } = resize(photograph, shortSideSize(rows, cols, 256), 'bilinear');
      assert.deepEqual(shape, expected.shape);
      const errors = data.map((level, i) => Math.abs(level - expected.data[i]!));
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      assert(mean <= 0.25, `mean error ${mean}`);
      assert(errors.every((error) => error <= 4));
    });
  }
});
