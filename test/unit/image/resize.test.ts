import assert from 'node:assert/strict';
import fc from 'fast-check';
import { copy } from '#lib/image/image.js';
import { resize, resizeFloat, resizing, shortSideSize } from '#lib/image/resize.js';
import { atOnce } from '#lib/steps.js';
import { array, type Image } from '#lib/ndarray.js';
import { readNpz } from '../../support/npy.js';
import { Random } from '../../support/random.js';
import { picture } from './fixtures.js';

const golden = readNpz(picture('resize.npz'));
const { shape, data } = golden.get('picture')!;
const colour = array(Uint8Array.from(data), shape);
const grey = array(
  Uint8Array.from({ length: shape[0]! * shape[1]! }, (_, i) => data[3 * i]!),
  [shape[0]!, shape[1]!, 1],
);
const values = array(golden.get('values')!.data, golden.get('values')!.shape);

function bytes(rows: number, cols: number, channels: number, seed = 1): Image {
  const random = new Random(seed);
  return array(
    Uint8Array.from({ length: rows * cols * channels }, () => random.integer(0, 255)),
    [rows, cols, channels],
  );
}

describe('resize', () => {
  for (const [name, expected] of golden) {
    const [what, filter, size] = name.split(' ') as [string, 'bilinear' | 'bicubic', string | undefined];
    if (!size) continue;
    it(`gives Pillow's bits: ${name} from ${what === 'values' ? values.shape.join('x') : shape.join('x')}`, () => {
      const [rows, cols] = size.split('x').map(Number) as [number, number];
      const result =
        what === 'values'
          ? resizeFloat(values, [rows, cols], filter)
          : resize(what === 'grey' ? grey : colour, [rows, cols], filter);
      assert.deepEqual([...result.data], [...expected.data]);
      assert.deepEqual(result.shape, expected.shape);
    });
  }

  it('keeps a flat image flat, whatever the sizes', () => {
    const sides = fc.integer({ min: 1, max: 40 });
    const filters = fc.constantFrom('bilinear' as const, 'bicubic' as const);
    fc.assert(
      fc.property(
        sides,
        sides,
        sides,
        sides,
        fc.integer({ min: 0, max: 255 }),
        filters,
        (h, w, rows, cols, level, filter) => {
          const flat = array(new Uint8Array(h * w * 3).fill(level), [h, w, 3]);
          assert(resize(flat, [rows, cols], filter).data.every((value) => value === level));
        },
      ),
      { seed: 1 },
    );
  });

  it('treats rows and columns alike to one grey level', () => {
    const image = bytes(19, 27, 1);
    const there = resize(image, [8, 33], 'bilinear');
    const transposed = resize(image.transpose(1, 0, 2), [33, 8], 'bilinear');
    for (let row = 0; row < 8; row++) {
      for (let col = 0; col < 33; col++) {
        assert(Math.abs(there.get(row, col, 0) - transposed.get(col, row, 0)) <= 1);
      }
    }
  });

  it('treats each of four channels as a grey image of its own', () => {
    const image = bytes(14, 9, 4);
    const together = resize(image, [5, 20]);
    for (let channel = 0; channel < 4; channel++) {
      const alone = resize(image.lo(0, 0, channel).hi(14, 9, 1), [5, 20]);
      assert.deepEqual(
        [...alone.data],
        [...together.data].filter((_, i) => i % 4 === channel),
      );
    }
  });

  it('gives a part of the result with the same bits, without the rest', () => {
    const side = fc.integer({ min: 1, max: 30 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const cases = fc.record({
      from: fc.tuple(side, side),
      to: fc.tuple(side, side),
      part: fc.tuple(share, share, share, share),
    });
    const channels = fc.constantFrom(1, 3, 4);
    const filters = fc.constantFrom('bilinear' as const, 'bicubic' as const);
    fc.assert(
      fc.property(cases, channels, filters, ({ from, to, part: [a, b, c, d] }, depth, filter) => {
        const image = bytes(...from, depth);
        const [top, left] = [Math.floor(a * (to[0] - 1)), Math.floor(b * (to[1] - 1))];
        const [rows, cols] = [1 + Math.floor(c * (to[0] - 1 - top)), 1 + Math.floor(d * (to[1] - 1 - left))];
        const part = atOnce(resizing(image, to, filter, { top, left, rows, cols }));
        const expected = copy(resize(image, to, filter).lo(top, left).hi(rows, cols));
        assert.deepEqual(part.shape, expected.shape);
        assert.deepEqual(copy(part).data, expected.data);
      }),
    );
  });

  it('averages when it halves, so that nothing between is lost', () => {
    const step = array(Float32Array.of(0, 0, 8, 8, 8, 8), [1, 6]);
    // pixels at distance 1/2 and 3/2 weigh 3/4 and 1/4; the first of the three sums lacks its left quarter
    assert.deepEqual([...resizeFloat(step, [1, 3]).data], [Math.fround(8 / 7), 7, 8]);
  });

  it('returns the image itself where nothing changes', () => {
    assert.equal(resize(colour, [shape[0]!, shape[1]!]), colour);
  });

  it('refuses what is no image, no size and no filter', () => {
    const refused = [
      [() => resize(values as never, [3, 3]), 'ERR_DTYPE', /image must hold uint8/],
      [
        () => resize(array(new Uint8Array(8), [2, 2, 2]), [3, 3]),
        'ERR_SHAPE',
        /image must be \[rows, cols, 1 \| 3 \| 4\], got \[2, 2, 2\]/,
      ],
      [() => resize(colour, [0, 3]), 'ERR_ARGUMENT', /rows of size must be an integer of at least 1, got 0/],
      [() => resize(colour, 3 as never), 'ERR_ARGUMENT', /size must be \[rows, cols\], got 3/],
      [() => resize(colour, [3, 3], 'lanczos' as never), 'ERR_ARGUMENT', /filter must be one of 'bilinear', 'bicubic'/],
      [() => resizeFloat(colour as never, [3, 3]), 'ERR_DTYPE', /map must hold float32 values, got Uint8Array/],
    ] as const;
    for (const [call, code, message] of refused) assert.throws(call, { code, message });
  });
});

describe('shortSideSize', () => {
  it('keeps the aspect and rounds the longer side', () => {
    assert.deepEqual(shortSideSize(375, 500, 256), [256, 341]);
    assert.deepEqual(shortSideSize(345, 325, 256), [272, 256]);
    assert.deepEqual(shortSideSize(100, 100, 256), [256, 256]);
  });
});
