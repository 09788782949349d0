import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readImage } from '#lib/image/read-image.js';
import { encodePng } from '#lib/image/write.js';
import { array, type Image } from '#lib/ndarray.js';
import { Random } from '../../support/random.js';
import { repository } from '../../support/shared.js';
import { assertLevels, expectedLevels, picture, pictures, toleranceOf } from './fixtures.js';

describe('readImage', () => {
  for (const file of pictures) {
    it(`reads ${file} as stored`, async () => {
      assertLevels(await readImage(picture(file)), expectedLevels(file), toleranceOf(file));
    });
  }

  for (const file of pictures.filter((name) => name.startsWith('orientation'))) {
    it(`turns ${file} upright when asked to`, async () => {
      const image = await readImage(picture(file), { orientation: 'exif' });
      assertLevels(image, expectedLevels(file, 'exif'), toleranceOf(file));
    });
  }

  it('takes a path, a file URL and bytes', async () => {
    const path = picture('rgb-8.png');
    const bytes = readFileSync(path);
    const images = await Promise.all(
      [path, pathToFileURL(path), bytes, new Uint8Array(bytes)].map((x) => readImage(x)),
    );
    for (const image of images) assertLevels(image, expectedLevels('rgb-8.png'), 0);
  });

  it('leaves the bytes it is given as they were', async () => {
    for (const file of ['420.jpg', 'cmyk.jpg', 'rgb-8.png']) {
      const bytes = readFileSync(picture(file));
      await readImage(bytes);
      assert.deepEqual(bytes, readFileSync(picture(file)));
    }
  });

  it('ignores what follows the end of a picture', async () => {
    for (const file of ['420.jpg', 'progressive-420.jpg', 'grey.jpg', 'rgb-8.png', 'grey-1-interlaced.png']) {
      const bytes = Buffer.concat([
        readFileSync(picture(file)),
        Buffer.from('more than the picture \xff\xd8', 'latin1'),
      ]);
      assertLevels(await readImage(bytes), expectedLevels(file), toleranceOf(file));
    }
  });

  it('recognises a picture by its content, not by its name', async () => {
    const png = readFileSync(picture('grey-8.png'));
    assertLevels(await readImage(png), expectedLevels('grey-8.png'), 0);
  });

  it('leaves the event loop free', async () => {
    const noise = array(Uint8Array.from(new Random(1).normals(1000 * 1000 * 3, 60)), [1000, 1000, 3]);
    const file = await encodePng(noise);
    await readImage(file);
    const begin = performance.now();
    let [last, longest] = [begin, 0];
    const timer = setInterval(() => {
      const now = performance.now();
      [last, longest] = [now, Math.max(longest, now - last)];
    }, 1);
    const images: Image[] = [];
    while (images.length < 4) images.push(await readImage(file));
    clearInterval(timer);
    const elapsed = performance.now() - begin;
    assert(longest < elapsed / 2, `it stood still for ${longest} of ${elapsed} ms`);
    for (const image of images) assert.deepEqual(image.data, noise.data);
  });

  it('lets a script end as soon as it has its picture, one given on the command line too', async function () {
    this.timeout(60_000);
    const module = pathToFileURL(`${repository}/dist/image/read-image.js`).href;
    const script = `import { readImage } from ${JSON.stringify(module)};
      console.log((await readImage(${JSON.stringify(picture('420.jpg'))})).shape.join());
      const ready = performance.now();
      process.on('exit', () => console.log(performance.now() - ready < 9000));`; // else the 10 s of an idle thread
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    assert.equal(stdout, '21,27,3\ntrue\n');
  });

  it('refuses sources and options of the wrong kind', async () => {
    const refused = [
      [() => readImage(7 as never), /source must be a path, a file URL or a Uint8Array, got 7/],
      [() => readImage(new URL('https://example.org/a.png')), /file URL.*example\.org/],
      [
        () => readImage(picture('444.jpg'), { orientation: 'auto' as never }),
        /orientation must be one of 'ignore', 'exif'/,
      ],
      [
        () => readImage(picture('444.jpg'), { decoder: 'jpeg-js' as never }),
        /decoder must be one of 'built-in', 'sharp', got "jpeg-js"/,
      ],
      [() => readImage(picture('444.jpg'), { maxPixels: 0 }), /maxPixels must be an integer of at least 1, got 0/],
      [
        () => readImage(picture('444.jpg'), { orientaton: 'exif' } as never),
        /unknown option orientaton; did you mean orientation\?/,
      ],
    ] as const;
    for (const [call, message] of refused) await assert.rejects(call, { code: 'ERR_ARGUMENT', message });
  });
});
