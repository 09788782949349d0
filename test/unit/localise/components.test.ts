import assert from 'node:assert/strict';
import fc from 'fast-check';
import { componentsOf, largest } from '#lib/localise/components.js';
import { atOnce } from '#lib/steps.js';

const maskOf = (...rows: string[]) => Uint8Array.from(rows.join(''), (one) => (one === '.' ? 0 : 1));
const components = (...rows: string[]) => atOnce(componentsOf(maskOf(...rows), rows[0]!.length));

describe('componentsOf', () => {
  it('joins pixels that touch at a side or a corner, and names them by their first pixel', () => {
    assert.deepEqual([...components('#.#', '.#.', '...')], [0, -1, 0, -1, 0, -1, -1, -1, -1]);
    assert.deepEqual([...components('#..', '..#', '#..')], [0, -1, -1, -1, -1, 5, 6, -1, -1]);
  });

  it('finds late that two branches are one', () => {
    const found = components('#...#', '#.#.#', '#.#.#', '##.##');
    assert.deepEqual(new Set(found), new Set([0, -1]));
  });

  it('does not join the end of a row with the start of the next', () => {
    assert.deepEqual([...components('..#', '#..')], [-1, -1, 2, 3, -1, -1]);
  });

  it('agrees with a flood fill', () => {
    const grid = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 144 }));
    fc.assert(
      fc.property(grid, ([cols, cells]) => {
        const mask = Uint8Array.from(cells.slice(0, Math.floor(cells.length / cols) * cols), Number);
        assert.deepEqual(atOnce(componentsOf(mask, cols)), flooded(mask, cols));
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

/** Each component filled from its first pixel. */
function flooded(mask: Uint8Array, cols: number): Int32Array {
  const first = new Int32Array(mask.length).fill(-1);
  const rows = mask.length / cols;
  const fill = (i: number, name: number): void => {
    if (mask[i] === 0 || first[i] !== -1) return;
    first[i] = name;
    const [row, col] = [Math.floor(i / cols), i % cols];
    for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++)
      for (let c = Math.max(col - 1, 0); c <= Math.min(col + 1, cols - 1); c++) fill(r * cols + c, name);
  };
  for (let i = 0; i < mask.length; i++) fill(i, i);
  return first;
}

describe('largest', () => {
  it('is the component of most pixels, of equal ones the first', () => {
    assert.deepEqual(atOnce(largest(components('#..##', '...#.', '##...'))), maskOf('...##', '...#.', '.....'));
    assert.deepEqual(atOnce(largest(components('##..', '....', '..##'))), maskOf('##..', '....', '....'));
  });

  it('is nothing where there is no foreground', () => {
    assert.equal(atOnce(largest(components('...', '...'))), null);
  });

  it('is of those with a mark in them, if marks are given', () => {
    const all = components('##..#', '....#', '#...#');
    const largestOf = (...marks: string[]) => atOnce(largest(all, maskOf(...marks)));
    assert.deepEqual(largestOf('.#...', '.##..', '#....'), maskOf('##...', '.....', '.....'));
    assert.deepEqual(largestOf('.....', '.....', '#....'), maskOf('.....', '.....', '#....'));
    assert.equal(largestOf('..#..', '.....', '.....'), null);
  });
});
