import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Device } from '#lib/device/index.js';
import type { CheckedGrid } from '#lib/localise/grid.js';
import { cutGrid } from '#lib/localise/max-flow.js';
import { describeOnDevices, openedFor } from '../support/devices.js';
import { costOf, randomGrid } from '../support/grids.js';
import { Random } from '../support/random.js';

const some = { numRuns: 40 };
const grids = fc
  .record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    rows: fc.integer({ min: 1, max: 40 }),
    cols: fc.integer({ min: 1, max: 70 }),
    neighbours: fc.constantFrom(4 as const, 8 as const),
    most: fc.constantFrom(1, 3, 12, 3000),
  })
  .map(({ seed, rows, cols, neighbours, most }) => randomGrid(new Random(seed), rows, cols, neighbours, most));

/** Every capacity multiplied. */
function times(grid: CheckedGrid, factor: number): CheckedGrid {
  const of = (capacities: Int32Array) => capacities.map((capacity) => factor * capacity);
  return {
    ...{ rows: grid.rows, cols: grid.cols, source: of(grid.source), sink: of(grid.sink) },
    ...{ right: of(grid.right), down: of(grid.down) },
    ...{ downRight: grid.downRight && of(grid.downRight), downLeft: grid.downLeft && of(grid.downLeft) },
  };
}

/** Rows and columns exchanged: down left leads up right then, so it belongs to the neighbour. */
function transposed(grid: CheckedGrid): CheckedGrid {
  const { rows, cols } = grid;
  const of = (capacities: Int32Array, down = 0, right = 0) =>
    Int32Array.from({ length: rows * cols }, (_, i) => {
      const [row, col] = [(i % rows) + down, Math.floor(i / rows) + right];
      return row >= 0 && row < rows && col >= 0 && col < cols ? capacities[row * cols + col]! : 0;
    });
  return {
    ...{ rows: cols, cols: rows, source: of(grid.source), sink: of(grid.sink) },
    ...{ right: of(grid.down), down: of(grid.right) },
    ...{ downRight: grid.downRight && of(grid.downRight), downLeft: grid.downLeft && of(grid.downLeft, -1, 1) },
  };
}

async function cut(device: Device, grid: CheckedGrid): Promise<{ flow: number; foreground: number[] }> {
  const { flow, foreground } = await cutGrid(device, grid);
  return { flow, foreground: [...foreground.data] };
}

describeOnDevices('minimum cuts', (kind) => {
  const device = openedFor(kind);

  it('cost what flows', async () => {
    await fc.assert(
      fc.asyncProperty(grids, async (grid) => {
        const { flow, foreground } = await cut(device(), grid);
        assert.equal(flow, costOf(grid, foreground));
      }),
      some,
    );
  });

  it('stay where they are as all capacities are multiplied, in words of 16 and 32 bits', async () => {
    await fc.assert(
      fc.asyncProperty(grids, fc.constantFrom(2, 7, 40_000), async (grid, factor) => {
        const { flow, foreground } = await cut(device(), grid);
        assert.deepEqual(await cut(device(), times(grid, factor)), { flow: factor * flow, foreground });
      }),
      some,
    );
  });

  it('are transposed with the grid', async () => {
    await fc.assert(
      fc.asyncProperty(grids, async (grid) => {
        const { flow, foreground } = await cut(device(), transposed(grid));
        const { rows, cols } = grid;
        const back = foreground.map((_, i) => foreground[(i % cols) * rows + Math.floor(i / cols)]!);
        assert.deepEqual({ flow, foreground: back }, await cut(device(), grid));
      }),
      some,
    );
  });

  it('lose no foreground as more comes from the source', async () => {
    await fc.assert(
      fc.asyncProperty(grids, fc.nat(), async (grid, where) => {
        const before = await cut(device(), grid);
        const source = Int32Array.from(grid.source);
        source[where % source.length]! += 5;
        const after = await cut(device(), { ...grid, source });
        assert.ok(after.flow >= before.flow && after.flow <= before.flow + 5);
        assert.ok(before.foreground.every((bit, i) => bit <= after.foreground[i]!));
      }),
      some,
    );
  });
});
