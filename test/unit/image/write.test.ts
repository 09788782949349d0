import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeNpy, encodeNpy } from '#lib/image/npy.js';
import { readImage } from '#lib/image/read-image.js';
import { encodeJpeg, encodePng, writeArray, writeImage } from '#lib/image/write.js';
import { array, type Image } from '#lib/ndarray.js';
import { readNpy } from '../../support/npy.js';
import { Random } from '../../support/random.js';

function noise(...shape: number[]): Image {
  const random = new Random(3);
  const count = shape.reduce((product, side) => product * side, 1);
  return array(
    Uint8Array.from({ length: count }, () => random.integer(0, 255)),
    shape,
  );
}

describe('decodeNpy', () => {
  it('gives back what encodeNpy was given, of every type and shape', () => {
    const arrays = [
      array(Float32Array.of(1.5, NaN, -0, 3, 4, 5), [2, 3]),
      array(Int32Array.of(-7, 2 ** 31 - 1), [2]),
      array(Uint8Array.of(255), []),
      array(new Float32Array(0), [0, 4]),
    ];
    for (const one of arrays) {
      const file = Buffer.concat([Buffer.from('odd'), encodeNpy(one)]).subarray(3); // not aligned
      const { shape, data } = decodeNpy('a.npy', file);
      assert.deepEqual([shape, data], [one.shape, one.data]);
    }
  });

  it('refuses other files, naming them', () => {
    const file = encodeNpy(array(Float32Array.of(1, 2), [2]));
    const text = (from: string, to: string) =>
      Buffer.from(Buffer.from(file).toString('latin1').replace(from, to), 'latin1');
    const others = [
      file.subarray(0, 130),
      file.subarray(0, 20),
      new Uint8Array(0),
      text('<f4', '>f4'),
      text('False', 'True '),
    ];
    for (const other of others) {
      assert.throws(() => decodeNpy('a.npy', other), {
        code: 'ERR_FORMAT',
        message: /^a\.npy: an array of float32, .*got/,
      });
    }
  });
});

describe('writeImage and writeArray', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'deep-inside-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('write RGB and RGBA that are read back bit for bit', async () => {
    for (const image of [noise(9, 7, 3), noise(1, 1, 3), noise(40, 31, 4)]) {
      const path = join(folder, 'picture.png');
      await writeImage(path, image);
      const back = await readImage(path);
      assert.deepEqual(back.shape, image.shape);
      assert.deepEqual(back.data, image.data);
    }
  });

  it('write grey as a grey PNG', async () => {
    const image = noise(6, 5, 1);
    const file = await encodePng(image);
    assert.equal(file[25], 0, 'colour type');
    const back = await readImage(file);
    assert.deepEqual(
      [...back.data],
      [...image.data].flatMap((level) => [level, level, level]),
    );
  });

  it('write RGB of at most 256 colours with a palette, and read them back bit for bit', async () => {
    for (const [colours, type] of [
      [1, 3],
      [256, 3],
      [257, 2],
    ] as const) {
      const of = (i: number) => [i % colours, (7 * (i % colours)) % 256, i % colours === 256 ? 1 : 0];
      const image = array(Uint8Array.from(Array.from({ length: 600 }, (_, i) => of(i)).flat()), [20, 30, 3]);
      const file = await encodePng(image);
      assert.equal(file[25], type, `colour type of ${colours}`);
      const back = await readImage(file);
      assert.deepEqual([back.shape, back.data], [image.shape, image.data]);
    }
  });

  it('make JPEGs that look like the picture, smaller where the quality is less', async () => {
    const smooth = array(
      Uint8Array.from(
        { length: 24 * 40 * 3 },
        (_, i) => 3 * Math.floor(i / 120) + 2 * (Math.floor(i / 3) % 40) + 20 * (i % 3),
      ),
      [24, 40, 3],
    );
    const [good, poor] = [await encodeJpeg(smooth, 95), await encodeJpeg(smooth, 20)];
    assert.ok(poor.length < good.length);
    const back = await readImage(good);
    assert.deepEqual(back.shape, smooth.shape);
    const worst = Math.max(...back.data.map((level, i) => Math.abs(level - smooth.data[i]!)));
    assert.ok(worst <= 8, `${worst} levels`);
    const grey = await readImage(await encodeJpeg(array(new Uint8Array(64).fill(90), [8, 8, 1]), 90));
    assert.ok(grey.data.every((level) => Math.abs(level - 90) <= 1));
    await assert.rejects(encodeJpeg(smooth, 0), { message: /quality must be an integer from 1 to 100, got 0/ });
  });

  it('write views as they look, not as they lie in memory', async () => {
    const image = noise(6, 5, 3);
    const back = await readImage(await encodePng(image.transpose(1, 0, 2).lo(1, 2)));
    assert.deepEqual(back.shape, [4, 4, 3]);
    assert.equal(back.get(0, 3, 2), image.get(5, 1, 2));
  });

  it('give the same bytes for the same image', async () => {
    assert.deepEqual(await encodePng(noise(20, 30, 3)), await encodePng(noise(20, 30, 3)));
  });

  it('replace a file at once and leave nothing beside it', async () => {
    const path = join(folder, 'map.npy');
    writeFileSync(path, 'what was there before');
    await writeArray(path, array(Float32Array.of(1, 2), [2]));
    assert.deepEqual(readdirSync(folder), ['map.npy']);
    assert.deepEqual([...readNpy(path).data], [1, 2]);
  });

  it('take file URLs too', async () => {
    await writeArray(pathToFileURL(join(folder, 'a b.npy')), array(Float32Array.of(3), [1]));
    await writeImage(pathToFileURL(join(folder, 'a b.png')), noise(2, 2, 3));
    assert.deepEqual(readdirSync(folder), ['a b.npy', 'a b.png']);
    await assert.rejects(writeImage(new URL('https://example.org/a.png'), noise(1, 1, 1)), {
      code: 'ERR_ARGUMENT',
      message: /path must be a path or a file URL, got "https:\/\/example\.org\/a\.png"/,
    });
  });

  it('leave nothing behind where they fail', async () => {
    const path = join(folder, 'taken.png');
    mkdirSync(path);
    await assert.rejects(writeImage(path, noise(2, 2, 3)), {
      code: 'ERR_IO',
      message: /writeImage: cannot write .*taken\.png/,
    });
    assert.deepEqual(readdirSync(folder), ['taken.png']);
    const nowhere = join(folder, 'no', 'such', 'folder.npy');
    await assert.rejects(writeArray(nowhere, array(new Float32Array(1), [1])), { code: 'ERR_IO', message: /ENOENT/ });
  });

  it('refuse other extensions before anything is written', async () => {
    const path = join(folder, 'picture.jpg');
    await assert.rejects(writeImage(path, noise(2, 2, 3)), {
      code: 'ERR_ARGUMENT',
      message: /path must be a path that ends in \.png/,
    });
    await assert.rejects(writeArray(path, array(new Float32Array(1), [1])), {
      code: 'ERR_ARGUMENT',
      message: /ends in \.npy/,
    });
    assert(!existsSync(path));
  });
});

describe('encodeNpy', () => {
  it('writes the bytes that NumPy writes', () => {
    const file = Buffer.from(encodeNpy(array(Int32Array.of(1, -2, 3, 4, 5, 6), [2, 3])));
    const header = "\x93NUMPY\x01\0v\0{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(127) + '\n';
    assert.equal(file.toString('latin1', 0, 128), header);
    assert.equal(file.toString('hex', 128), '01000000feffffff0300000004000000' + '0500000006000000');
  });

  it('writes shapes of any rank and the three types', () => {
    const text = (x: Parameters<typeof encodeNpy>[0]): string => Buffer.from(encodeNpy(x)).toString('latin1', 10, 80);
    assert.match(text(array(new Float32Array(5), [5])), /'<f4'.*\(5,\)/);
    assert.match(text(array(new Uint8Array(1), [])), /'\|u1'.*\(\)/);
    assert.match(text(array(new Int32Array(24), [2, 3, 4, 1])), /\(2, 3, 4, 1\)/);
  });

  it('writes views in the order of their indices', () => {
    const x = array(
      Float32Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    const file = encodeNpy(x.transpose(2, 0, 1));
    const data = new Float32Array(file.buffer.slice(file.length - 96));
    assert.deepEqual([...data.subarray(0, 7)], [0, 4, 8, 12, 16, 20, 1]);
  });

  it('refuses other types of numbers', () => {
    const doubles = {
      ...array(new Float32Array(1), [1]),
      data: new Float64Array(1),
      shape: [1],
      stride: [1],
      offset: 0,
    };
    assert.throws(() => encodeNpy(doubles as never), {
      code: 'ERR_DTYPE',
      message: /float32, uint8 or int32, got Float64Array/,
    });
    assert.throws(() => encodeNpy(null as never), {
      code: 'ERR_ARGUMENT',
      message: /array must be an ndarray, got null/,
    });
  });
});
