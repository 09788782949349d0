import assert from 'node:assert/strict';
import { maskOverlay, seedsPicture } from '#lib/localise/pictures.js';
import { array } from '#lib/ndarray.js';

const mask = (...bits: number[]) => array(Uint8Array.from(bits), [1, bits.length]);

describe('seedsPicture', () => {
  it('shows the seeds in the colours of Fig. 3', () => {
    const picture = seedsPicture({ foreground: mask(1, 0, 0), background: mask(0, 1, 0) });
    assert.deepEqual(picture.shape, [1, 3, 3]);
    assert.deepEqual([...picture.data], [0, 0, 255, 0, 255, 255, 255, 0, 0]);
  });

  it('refuses what are no masks of one size', () => {
    assert.throws(() => seedsPicture({ foreground: mask(1), background: mask(1, 0) }), {
      code: 'ERR_SHAPE',
      message: 'seedsPicture: seeds.background must be [1, 1], got [1, 2]',
    });
    assert.throws(() => seedsPicture(undefined as never), {
      code: 'ERR_ARGUMENT',
      message: /seeds\.foreground must be a Uint8 ndarray \[rows, cols\], got undefined/,
    });
  });
});

describe('maskOverlay', () => {
  it('darkens what is outside of the mask, and leaves transparency', () => {
    const img = array(Uint8Array.of(100, 200, 40, 9, 100, 200, 40, 9), [1, 2, 4]);
    const picture = maskOverlay(img, mask(0, 1));
    assert.deepEqual([...picture.data], [25, 50, 10, 9, 100, 200, 40, 9]);
  });

  it('takes views of arrays', () => {
    const img = array(Uint8Array.of(4, 8, 12, 16), [2, 2, 1]).transpose(1, 0, 2) as never;
    const turned = array(Uint8Array.of(1, 0, 0, 1), [2, 2]);
    assert.deepEqual([...maskOverlay(img, turned).data], [4, 3, 2, 16]);
  });

  it('refuses another size', () => {
    const img = array(new Uint8Array(4), [2, 2, 1]);
    assert.throws(() => maskOverlay(img, mask(0, 1)), {
      code: 'ERR_SHAPE',
      message: 'maskOverlay: mask must be [2, 2], got [1, 2]',
    });
  });
});
