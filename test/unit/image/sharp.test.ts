import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeBySharp, installedSharp, type Sharp } from '#lib/image/sharp.js';
import type { Orientation } from '#lib/image/upright.js';
import { assertLevels, expectedLevels, picture, pictures, toleranceOf } from './fixtures.js';

describe('decodeBySharp', () => {
  const sharp: { installed: Sharp | null } = { installed: null };
  before(async function () {
    sharp.installed = await installedSharp();
    if (sharp.installed) return;
    this.test!.parent!.title += ' (skipped: sharp is not installed)';
    this.skip();
  });

  for (const file of pictures.filter((name) => !/cmyk|ycck/.test(name))) {
    it(`gives the shape and the levels of our own decoders: ${file}`, async () => {
      const image = await decodeBySharp(sharp.installed!, readFileSync(picture(file)), 1);
      assertLevels(image, expectedLevels(file), toleranceOf(file));
    });
  }

  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as Orientation[]) {
    it(`turns orientation ${orientation} upright`, async () => {
      const file = `orientation-${orientation}.jpg`;
      const image = await decodeBySharp(sharp.installed!, readFileSync(picture(file)), orientation);
      assertLevels(image, expectedLevels(file, 'exif'), toleranceOf(file));
    });
  }
});

describe('installedSharp', () => {
  it('answers the same each time', async () => {
    assert.equal(await installedSharp(), await installedSharp());
  });
});
