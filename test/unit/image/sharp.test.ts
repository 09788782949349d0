import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeJpeg } from '#lib/image/decode-jpeg.js';
import { readJpegHeader } from '#lib/image/jpeg-header.js';
import { readImage } from '#lib/image/read-image.js';
import { installedSharp, type Sharp } from '#lib/image/sharp.js';
import { assertLevels, expectedLevels, picture, pictures, toleranceOf } from './fixtures.js';

const withoutSharp: { readonly refusal: unknown } = { refusal: await refusalOf(() => installedSharp('test')) };

async function refusalOf(call: () => Promise<Sharp>): Promise<unknown> {
  return call().then(
    () => null,
    (reason: unknown) => reason,
  );
}

describe("readImage with decoder 'sharp'", () => {
  before(function () {
    if (withoutSharp.refusal === null) return;
    this.test!.parent!.title += ' (skipped: sharp is not installed)';
    this.skip();
  });
  const decoder = 'sharp';

  for (const file of pictures) {
    it(`gives the shape and the levels of the built-in decoders: ${file}`, async () => {
      assertLevels(await readImage(picture(file), { decoder }), expectedLevels(file), toleranceOf(file));
    });
  }

  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`turns orientation ${orientation} upright`, async () => {
      const file = `orientation-${orientation}.jpg`;
      const image = await readImage(picture(file), { decoder, orientation: 'exif' });
      assertLevels(image, expectedLevels(file, 'exif'), toleranceOf(file));
    });
  }

  it('refuses what sharp refuses', async () => {
    const whole = readFileSync(picture('444.jpg'));
    const cut = Buffer.concat([whole.subarray(0, -200), Buffer.of(0xff, 0xd9)]);
    await assert.rejects(readImage(cut, { decoder }), { code: 'ERR_FORMAT', message: /cannot be decoded: sharp says/ });
  });
});

describe('readImage where sharp is not installed', () => {
  before(function () {
    if (withoutSharp.refusal !== null) return;
    this.test!.parent!.title += ' (skipped: it is installed)';
    this.skip();
  });

  it("says for decoder 'sharp' what to install", () =>
    assert.rejects(readImage(picture('444.jpg'), { decoder: 'sharp' }), {
      code: 'ERR_UNSUPPORTED',
      message: /^readImage: decoder 'sharp' needs the package sharp, .*; npm install sharp.*built-in decoder$/,
    }));
});

describe('readImage without a decoder', () => {
  it('takes the built-in one, whatever is installed', async () => {
    for (const file of ['420.jpg', '444.jpg', 'progressive-420.jpg']) {
      const bytes = new Uint8Array(readFileSync(picture(file)));
      const expected = decodeJpeg(bytes, readJpegHeader(file, bytes, Infinity));
      for (const options of [{}, { decoder: 'built-in' }] as const) {
        assert.deepEqual((await readImage(picture(file), options)).data, expected.data);
      }
    }
  });
});
