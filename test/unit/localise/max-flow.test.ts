import assert from 'node:assert/strict';
import { openDevice } from '#lib/device/index.js';
import type { CheckedGrid, Grid } from '#lib/localise/grid.js';
import { cutGrid, maxFlow } from '#lib/localise/max-flow.js';
import { array } from '#lib/ndarray.js';
import { bestCut, costOf, emptyGrid, randomGrid, spiral } from '../../support/grids.js';
import { Random } from '../../support/random.js';

const most = 2 ** 27 - 1;
/** As users give it: what there is none of is left out. */
const given = ({ downRight, downLeft, ...grid }: CheckedGrid): Grid => ({
  ...grid,
  ...(downRight && downLeft && { downRight, downLeft }),
});
/** One row of three pixels: 5 from the source, 3 between them, 4 to the sink. */
const line = (): Grid => ({
  ...{ rows: 1, cols: 3, source: Int32Array.of(5, 0, 0), sink: Int32Array.of(0, 0, 4) },
  ...{ right: Int32Array.of(3, 3, most), down: new Int32Array(3) },
});

describe('maxFlow', () => {
  it('finds the narrowest place, and gives a tie to the foreground', async () => {
    const { flow, foreground } = await maxFlow(line(), { device: 'cpu' });
    assert.equal(flow, 3);
    assert.ok(foreground.data instanceof Uint8Array);
    assert.deepEqual(foreground.shape, [1, 3]);
    assert.deepEqual([...foreground.data], [1, 1, 0]);
  });

  it('gives all pixels to the foreground where nothing leads to the sink, and where both sides weigh the same', async () => {
    assert.deepEqual([...(await maxFlow(given(emptyGrid(2, 2)))).foreground.data], [1, 1, 1, 1]);
    const even = emptyGrid(2, 2);
    even.source.fill(7);
    even.sink.fill(7);
    const { flow, foreground } = await maxFlow(given(even));
    assert.equal(flow, 28);
    assert.deepEqual([...foreground.data], [1, 1, 1, 1]);
  });

  it('is the best of all cuts of up to 12 pixels', async () => {
    const random = new Random(1);
    const device = await openDevice('cpu');
    for (let i = 0; i < 60; i++) {
      const rows = random.integer(1, 4);
      const grid = randomGrid(random, rows, random.integer(1, 3), i % 2 ? 4 : 8, [1, 3, 12, most][i % 4]!);
      const { flow, foreground } = await maxFlow(given(grid), { device });
      assert.deepEqual({ flow, foreground: [...foreground.data] }, bestCut(grid));
    }
    device.dispose();
  });

  it('returns what its cut costs, the same on 1, 2 and 4 threads', async () => {
    const random = new Random(2);
    const devices = await Promise.all([1, 2, 4].map((threads) => openDevice('cpu', { threads })));
    for (const [rows, cols, neighbours, high] of [
      ...([
        [300, 260, 8, 3],
        [300, 260, 4, 3000],
      ] as const),
      ...([
        [1, 500, 8, 12],
        [500, 1, 4, 12],
        [200, 300, 8, most],
      ] as const),
    ]) {
      const grid = randomGrid(random, rows, cols, neighbours, high);
      const cuts = await Promise.all(devices.map((device) => cutGrid(device, grid)));
      for (const { flow, foreground } of cuts) {
        assert.equal(flow, costOf(grid, foreground.data));
        assert.deepEqual(foreground.data, cuts[0]!.foreground.data);
      }
    }
    for (const device of devices) device.dispose();
  });

  it('follows a spiral of a million pixels to its end', async () => {
    const { flow, foreground } = await maxFlow(given(spiral(1000, 1000)), { device: 'cpu' });
    assert.equal(flow, 2);
    assert.equal(foreground.data.indexOf(1), -1);
  }).timeout(60_000);

  it('counts beyond 32 bits', async () => {
    const grid = emptyGrid(40, 40);
    grid.source.fill(most);
    grid.sink.fill(most);
    assert.equal((await maxFlow(given(grid))).flow, 1600 * most);
  });

  it('takes ndarrays, and views of larger ones', async () => {
    const larger = array(Int32Array.of(0, 0, 9, 5, 0, 9, 0, 0, 9), [3, 3]);
    const source = larger.hi(3, 2).transpose(1, 0);
    assert.deepEqual(source.shape, [2, 3]);
    const grid = emptyGrid(2, 3);
    const sink = Int32Array.of(0, 0, 0, 0, 0, 8);
    const edges = { right: new Int32Array(6).fill(4), down: new Int32Array(6) };
    const dense = { ...given(grid), ...edges, sink };
    const expected = await maxFlow({ ...dense, source: Int32Array.of(0, 5, 0, 0, 0, 0) });
    const actual = await maxFlow({ ...dense, source });
    assert.deepEqual(actual.foreground.data, expected.foreground.data);
  });

  it('ignores edges that would leave the grid, whatever they hold', async () => {
    const grid = { ...line(), downRight: new Int32Array(3).fill(-1), downLeft: new Int32Array(3).fill(-1) };
    grid.down = new Int32Array(3).fill(-1);
    grid.right = Int32Array.of(3, 3, -1);
    assert.equal((await maxFlow(grid)).flow, 3);
  });

  it('refuses a segmentation, and says what of it is a grid', async () => {
    const segmentation = { saliencyMap: null, mask: null, grid: line() };
    await assert.rejects(maxFlow(segmentation as never), {
      code: 'ERR_ARGUMENT',
      message: /^maxFlow: grid must be an object with rows, .*; give the \.grid of the segmentation/,
    });
  });

  it('names the nearest kind of capacity for one that is misspelt', async () => {
    const { source, ...rest } = line();
    const message = /unknown option sorce; did you mean source\?/;
    await assert.rejects(maxFlow({ ...rest, sorce: source } as never), { code: 'ERR_ARGUMENT', message });
  });

  const refusals: [what: string, change: Partial<Record<keyof Grid, unknown>>, code: string, message: RegExp][] = [
    [
      'a negative capacity',
      { sink: Int32Array.of(0, -1, 0) },
      'ERR_ARGUMENT',
      /grid\.sink at row 0, column 1 must be an integer from 0 to 2\^27 - 1, got -1;/,
    ],
    [
      'a capacity of 2^27',
      { right: Int32Array.of(3, 2 ** 27, 0) },
      'ERR_ARGUMENT',
      /grid\.right at row 0, column 1 .* got 134217728;/,
    ],
    [
      'another length',
      { source: new Int32Array(4) },
      'ERR_SHAPE',
      /grid\.source must be an Int32Array of 3 capacities, .* got one of 4$/,
    ],
    [
      'another shape',
      { source: array(new Int32Array(3), [3, 1]) },
      'ERR_SHAPE',
      /grid\.source must be .* of shape \[1, 3\], got shape \[3, 1\]$/,
    ],
    [
      'another type',
      { down: array(new Float32Array(3), [1, 3]) },
      'ERR_DTYPE',
      /grid\.down must be .* got one of Float32Array/,
    ],
    [
      'no array',
      { down: undefined },
      'ERR_ARGUMENT',
      /grid\.down must be an Int32Array of 3 capacities, .* got undefined$/,
    ],
    [
      'one diagonal',
      { downLeft: new Int32Array(3) },
      'ERR_ARGUMENT',
      /grid\.downRight must be given with grid\.downLeft/,
    ],
    ['no rows', { rows: 0 }, 'ERR_ARGUMENT', /grid\.rows must be an integer from 1 to 2147483647, got 0$/],
    ['half a column', { cols: 1.5 }, 'ERR_ARGUMENT', /grid\.cols must be an integer from 1 to 2147483647, got 1\.5$/],
  ];
  for (const [what, change, code, message] of refusals) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(maxFlow({ ...line(), ...change } as Grid), {
        code,
        message: RegExp(`^maxFlow: ${message.source}`),
      });
    });
  }

  it('refuses what is no grid, unknown options, other devices and signals', async () => {
    await assert.rejects(maxFlow(null as never), {
      code: 'ERR_ARGUMENT',
      message: /^maxFlow: grid must be an object with rows, cols/,
    });
    const { right, ...others } = line();
    await assert.rejects(maxFlow({ ...others, right, downright: right, downleft: right } as never), {
      code: 'ERR_ARGUMENT',
      message: /^maxFlow: grid: unknown option downright; did you mean downRight\?/,
    });
    await assert.rejects(maxFlow(line(), { devise: 'cpu' } as never), { message: /did you mean device\?/ });
    await assert.rejects(maxFlow(line(), { device: 'tpu' as never }), { message: /^maxFlow: device must be one of/ });
    await assert.rejects(maxFlow(line(), { device: {} as never }), { message: /^maxFlow: device must be 'auto'/ });
    await assert.rejects(maxFlow(line(), { signal: 1 as never }), {
      message: /^maxFlow: signal must be an AbortSignal/,
    });
  });

  it('uses a given device, which stays open and keeps no memory', async () => {
    const device = await openDevice('cpu');
    await maxFlow(line(), { device });
    await device.sync();
    const { tensors, workspace } = device.memory();
    assert.deepEqual({ tensors, workspace }, { tensors: 0, workspace: 0 });
    device.dispose();
    await assert.rejects(maxFlow(line(), { device }), { code: 'ERR_DISPOSED' });
  });

  it("rejects with the signal's reason, before it begins and while it works", async () => {
    const reason = new Error('enough');
    await assert.rejects(maxFlow(line(), { signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const cut = maxFlow(given(spiral(200, 200)), { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(cut, reason);
  });
});
